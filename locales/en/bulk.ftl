# Many cases at once: given to somebody, offered to an office.

bulk-title = Many cases at once
bulk-about = Tick cases above, choose somebody or an office, then look before you act.
bulk-tick = Choose { $name }
bulk-tick-all = Tick all
bulk-past = What was done so far
bulk-person = Give to
bulk-office = Offer to the office
bulk-look-assign = Look before giving
bulk-look-offer = Look before offering
bulk-look-again = Look again
bulk-assign-title = Give many cases
bulk-offer-title = Offer many cases
bulk-assign-about = { $count ->
    [one] This case
   *[other] These { $count } cases
    } will be theirs to answer for. Take the tick off any that is not.
bulk-offer-about = Tick only those who chose this office themselves. Whoever has not chosen is not offered.
bulk-chosen = chose this office
bulk-assign-them = Give those that are ticked
bulk-offer-them = Offer those that are ticked
bulk-left = Not done together
bulk-left-same = theirs already
bulk-left-not-named = they may not open it
bulk-left-protected = under protection: offered one at a time, to a named person
bulk-left-refused = the returnee does not want that office
bulk-left-offered = waiting for an office’s answer
bulk-done = Done with all the cases below.
bulk-undo = Put it back
bulk-undo-assign = Cases that are still theirs go back to whoever had them before.
bulk-undo-offer = Offers that nobody has answered are taken back.
bulk-undone = Put back as it was.
bulk-undone-at = Put back at
bulk-is-undone = Put back

error-bulk-none = Tick at least one case.
error-bulk-many = At most { $most } cases at once.
error-bulk-changed = A case has just changed, or is no longer with this office. Nothing was done: please look again.
error-bulk-undo = This cannot be put back any more: it was before, or it is too late.
