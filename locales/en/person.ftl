# Returnees: found, registered, shown, changed.

people-recent = Latest records of your office
people-none = Your office has no records yet.
people-since = Since

search-title = Find somebody
search-name = Name
search-name-hint = With or without accents, in any order
search-birth-hint = The year alone will do
search-number = Number of a document, phone number or code
search-number-hint = Citizen card, passport, travel pass …
search-find = Search
search-again = Search again
search-results = Search results
search-count = { $count ->
    [0] Nobody was found.
    [one] One person was found.
   *[other] { NUMBER($count) } people were found.
}
search-more = There are more. Please add a birth date or the number of a document.
search-not-among = Not the person you are looking for?
search-register = Register a new person

found-born = born { $date }
found-by-number = Same number
found-elsewhere = Another office holds this record.
found-ask = Ask to open it

person-title = Record
person-code = Record code
person-new = Register a new person
person-edit = Change the facts
person-register = Register
person-save = Save
person-registered = Registered.
person-changed = Saved.
person-known = This person may have a record already
person-known-about = Please look at the people below before you register. Nothing has been saved yet.
person-none-of-these = It is none of these; register a new person
person-same = Another record has the same document number. The two may be the same person:
person-same-perhaps = Another record may be of the same person:
person-lent = You may open this record until the end of { $date }, as was granted at your request.
person-protected = Protected

person-section-identity = Identity
person-section-further = Further facts
person-further-hint = Can be asked later. Write only what the person wants to tell.
person-name = Full name
person-name-hint = As on the document, or as the person says it
person-sex = Sex
person-birth = Date of birth
person-birth-hint = For example 27 3 1990. The year alone will do where day and month are not known.
person-ethnic-group = Ethnic group
person-marital-status = Marital status
person-education-level = Highest level of education
person-qualification = Professional qualification
person-qualification-hint = For example: welder 3G certificate, nurse
person-language = Preferred language
person-interpreter = Needs an interpreter
person-reads-vietnamese = Reads Vietnamese
person-said-by = Who tells this
person-sorting = Sorting by name
person-sorting-hint = The first and last words of the name are taken. Change this only where a family or given name has several words. Left empty, it is worked out again.
person-family-key = Family name
person-given-key = Given name

fact-more = No answer? On paper?
fact-more-name = On paper?
fact-absence = Why there is no answer
fact-level = What this rests on
fact-level-name = What the name rests on

absence-not-asked = Not asked yet
absence-refused = Does not want to say
absence-not-known = Does not know
absence-none = None
absence-not-applicable = Does not apply

level-stated = As told
level-documented = On paper
level-verified = Verified

said-by-self = The person
said-by-proxy = Somebody else for them
said-by-document = A document

sex-male = Male
sex-female = Female
marital-single = Single
marital-married = Married
marital-separated = Separated
marital-divorced = Divorced
marital-widowed = Widowed
answer-yes = Yes
answer-no = No
reads-well = Reads well
reads-some = Reads a little
reads-no = Does not read

document-title = Documents
document-section = Identity document
document-add = Add a document
document-kind = Kind of document
document-kind-citizen-card = Citizen card
document-kind-old-identity-card = Old identity card (9 digits)
document-kind-passport = Passport
document-kind-travel-pass = Travel pass
document-kind-foreign-residence-card = Foreign residence card
document-kind-birth-certificate = Birth certificate
document-kind-other = Another document
document-number = Number
document-number-hint = Leave empty if it is not known
document-country = Issued by
document-country-hint = Leave empty for Viet Nam
document-shown-as = What was seen
document-name-printed = Name as printed
document-name-printed-hint = Only where it differs from the name above
document-issued = Issued on
document-expires = Expires on
document-until = Expires { $date }
document-no-number = no number
document-reveal = Show the number
document-reveal-note = That this number was opened has been recorded.
document-doubt-sex = The citizen number does not agree with the sex.
document-doubt-birth = The citizen number does not agree with the year of birth.
document-doubt-passport = The passport number is not of the usual form (a letter and 7 or 8 digits).
document-doubt-expired = The document has expired.
shown-as-original = Original
shown-as-copy = Copy
shown-as-photo = Photo on a phone
shown-as-told = Only told

contact-title = How to reach them
contact-section = How to reach them
contact-add = Add a way to reach them
contact-kind = Channel
contact-kind-phone = Phone
contact-kind-zalo = Zalo
contact-kind-facebook = Facebook
contact-kind-email = E-mail
contact-kind-other = Another way
contact-value = Number or address
contact-value-hint = For example 0912 345 678 or +82 10 2345 6789
contact-belongs-to = Whose it is
contact-belongs-to-hint = For example: their own, a sister's, a neighbour's
contact-safe-to-call = The person says that calling here is safe
contact-safe-to-write = The person says that writing here is safe
contact-safe-hint = Leave empty if it was not asked: it then counts as not safe.
contact-safe-automatic = The person agrees that the system writes reminders here by itself
contact-safe-automatic-hint = Only if they alone use this number or mailbox. It says an office, its telephone and a date, nothing else. Left empty, somebody calls instead.
contact-wishes = What to mind
contact-wishes-hint = For example: call after 7 p.m. only; say nothing if somebody else answers
contact-may-call = May be called
contact-never-call = Not to be called
contact-may-write = May be written to
contact-never-write = Not to be written to
contact-may-automatic = The system may write
error-contact-automatic = Tick this only for the person's own phone or e-mail that may be written to, with nothing to mind.

address-title = Addresses
address-section = Where they live
address-add = Add an address
address-kind = Kind of address
address-kind-home = Home
address-kind-staying = Staying at
address-kind-as-printed = As printed on a document
address-province = Province
address-province-hint = One of today's 34 provinces and cities
address-commune = Commune
address-commune-hint = From the list in force since 1 July 2025
address-line = House, street, hamlet
address-line-hint = Or the old address as printed on a document
address-old = Old address as printed (before 1 July 2025)
address-old-hint = As on the paper; with or without diacritics and the words Tỉnh, Huyện, Xã. It is kept as printed, and the commune of today is proposed once it is saved.
address-old-province = Old province or city
address-old-district = Old district or town
address-old-commune = Old commune, ward or township
address-old-place = In the units of its time:
address-old-now = Now:
address-old-several = This old commune lies in { $count } places now. Please ask the worker.
address-old-choose = Choose the commune of today
address-old-unknown = The old units are not recognised; kept as printed.
address-take = Take it as the present home
address-take-hint = If it is right, the present address is kept beside the printed one.
address-taken = The present address was saved.
address-from-printed = Taken from the address as printed
address-present = Commune of today
address-present-which = The home now lies in
address-present-hint = Please ask the worker and do not guess. If it is not known, leave it for later.

part-none = None yet.
part-withdraw = Take back
part-withdraw-confirm = Yes, take this back

conflict-title = Somebody else has just changed this record
conflict-about = Your changes are not saved and still stand below. Please compare and choose.
conflict-field = Fact
conflict-before = When you opened the page
conflict-now = Now
conflict-yours = You typed
conflict-theirs = Keep it as it is now and drop what I typed
conflict-mine = Save what I typed
conflict-stands = Somebody just changed this entry. Below is what stands there now. What you typed is still in the form and not saved; saving once more replaces what stands there now.

ask-title = Ask to open a record
ask-about = The supervisor of the office that holds the record decides. Until then you do not learn where it is or what it says.
ask-reason = Reason
ask-reason-hint = What are you helping this person with? Nothing about health or private matters, please.
ask-send = Send
access-requested = The request is sent.
access-granted = The record may be opened.
access-declined = Declined.
requests-about = Access is lent for a time, and every opening is recorded.
requests-none = No request is waiting.
requests-from = { $name } ({ $organisation }) asks
requests-grant = Allow
requests-decline = Decline
mail-access-request-subject = A request is waiting for you in Trở Về
mail-access-request = Hello,

    a request is waiting for your decision:

    { $address }

    This message holds nobody's data. Please sign in to see it.

log-title = Who opened this record
log-at = When
log-who = Who
log-act = Act
log-what = Part
log-of-record = Code then: { $code }
act-read = Opened
act-list = Seen in a list
act-export = Put into a file
act-print = Printed
act-original = Fetched the original
act-search = Seen in a search
act-insert = Added
act-update = Changed
act-delete = Deleted
table-persons = Record
table-person_facts = What facts rest on
table-identity_documents = Document
table-contact_points = Way to reach them
table-addresses = Address
table-household_members = Family members
table-poverty_statuses = Poverty of the household
table-poverty_reviews = Request to look at poverty again
table-skills = Skills
table-person_access = Access
table-exclusions = Who does not work with them
table-access_requests = Request to open
table-protections = Protection
table-episodes = Return
table-merges = Merge of records

protection-title = Protect this record
protection-about = Once protected, only the people chosen below find and open the record. Everybody else, colleagues included, does not learn that it exists.
protection-is-on = This record is protected: only the people chosen find and open it.
protection-staff = Who may open it
protection-staff-hint = If you do not choose yourself, you cannot open it again.
deputy-title = Who may open it
deputy-lacking = Nobody stands in: on some day nobody who is named could open this. Name one more.
deputy-away = on leave from { $from } to { $until }
deputy-who = Name one more who may open it
deputy-who-hint = They will see and open everything as you do. Name only whom it takes.
deputy-add = Name them
deputy-named = One more may open it now.
deputy-not-protected = This person is not under protection: everybody of the office who works on cases may open them.
error-deputy = They do not work on cases here, have nothing to do with the person, or are named already.
protection-open = Protect
protection-end = End the protection
protection-opened = The record is protected.
protection-ended = The record is no longer protected.
table-contract_links = Contracts that may be theirs

exclusion-title = Who does not work with this person
exclusion-about = The people and offices below neither find nor open this person. Nobody has to say why.
exclusion-none = Nobody so far.
exclusion-kind-conflict = Said that they know them, or have an interest
exclusion-kind-refused = The returnee does not want them
exclusion-end = Take off the list
exclusion-refusal = The returnee does not want a worker or an office
exclusion-refusal-about = Write down just what they say. Do not ask why, and do not talk them out of it.
exclusion-who = A worker of our office
exclusion-heir = Who takes over that worker’s cases of them
exclusion-heir-hint = Only needed if the worker is accountable for one.
exclusion-office = Or an office
exclusion-office-hint = It will not be offered the case any more.
exclusion-keep = Write it down
exclusion-conflict = I know them, or have an interest
exclusion-conflict-about = A relative, a friend, a neighbour, a lender, a former employer … Once you say so the record is closed to you, in searches too. Only somebody else who assigns cases can open it again.
exclusion-my-heir = Who takes over my cases of them
exclusion-my-heir-hint = Only needed if you are accountable for one.
exclusion-declare = Say so and close it to me
exclusion-kept = Written down.
exclusion-closed = Written down. This record is not open to you any more.
exclusion-ended = Taken off the list.
