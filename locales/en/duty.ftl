# The roster, immediate needs, the page of a shift.

page-shift = Shift

duty-title = Duty roster
duty-about = An immediate need is taken over within the hour, at night and on holidays too. At hours with nobody on duty, nobody answers.
duty-gaps = Hours with nobody on duty
duty-none = Nobody is on the roster on these days yet.
duty-add = Add hours of duty
duty-person = Who is on duty
duty-phone = Telephone on duty
duty-phone-hint = Leave it empty for the number of last time.
duty-place = Order of calling
duty-place-hint = The first number is called first.
duty-place-1 = First
duty-place-2 = Second
duty-place-3 = Third
duty-on = Day it begins
duty-from = From
duty-time-hint = For example 6:00 or 22h30
duty-until-hour = Until
duty-until-hint = Earlier than the beginning means the next day
duty-days = Days in a row
duty-days-hint = From 1 to 31
duty-keep = Save the hours
duty-kept = The hours of duty are saved.
duty-remove = Remove
duty-removed = The hours of duty are removed.
duty-numbers = Call who is on duty
duty-immediate = Immediate need
duty-raised = Seen at
duty-since = since
duty-open-until = This stays open until somebody takes it on. Whoever does becomes accountable for the case.
duty-call-now = Call this number now
duty-until = on duty until
duty-tried-at = no answer at
duty-they-take-over = They take it on
duty-no-answer = No answer, next number
duty-tried = Noted: no answer. Please call the next number.
duty-no-number = Nobody is on the roster, and the office has no number. Tell whoever is in charge at once.
duty-all-numbers = All numbers, in the order of calling
duty-taken-over = Somebody took it on; nothing immediate is waiting in this case.
duty-to-slip = Slip

error-duty-number = This number is no longer on the roster. Please call the one that the page shows.
error-duty-taker = They are not on duty now. If you take it on yourself, press “I take this on”.
error-duty-day = Hours of duty end in the future, and begin within three months.
error-duty-time = Write a time such as 6:00 or 22h30.
error-duty-days = Write a number from 1 to 31.
error-duty-twice = They are on duty already at some of these hours.
error-duty-many = The office has too many hours of duty ahead. Please write fewer days.

happened-case-alarm-silent = Nobody took on the immediate need; those above were told

shift-title = Shift
shift-immediates = Immediate, taken over by nobody
shift-no-immediates = No immediate need is waiting.
shift-above = Elsewhere: immediate, taken over by nobody
shift-above-about = That office is past its time. Please call it now.
shift-needs = { $count } { $count ->
    [one] need
   *[other] needs
    }
shift-alone = People under protection for whom nobody stands in
shift-alone-about = Ask these colleagues to name one more, on the page of whom they protect. Whom is not said here.
shift-alone-people = { $count ->
    [one] 1 person
   *[other] { NUMBER($count) } people
}
shift-on-duty = On duty now
shift-nobody = Nobody is on duty now.
shift-fill = Put somebody on the roster now
shift-ask = Tell whoever is in charge of the office at once.
shift-gap = Nobody is on duty in the next 24 hours:
shift-flights = Flights today and tomorrow
shift-waiting = Waiting for an answer of this office
shift-hand-overs = { $count ->
    [one] { $count } hand-over
   *[other] { $count } hand-overs
    }
shift-drafts = What I have begun

mail-alarm-subject = An immediate need is waiting in Trở Về
mail-alarm = Hello,

    nobody has taken over an immediate need yet. Please open the page of the shift and call at once:

    { $address }

    This message was sent by a machine.
mail-duty-subject = Hours with nobody on duty in Trở Về
mail-duty = Hello,

    within the next 24 hours there are hours with nobody on duty at your office. Please fill them:

    { $address }

    This message was sent by a machine.

leave-title = Leave and cover
leave-about = On these days the cases of whoever is away stand on the list of whoever stands in.
leave-none = Nobody is away.
leave-add = Write down leave
leave-person = Who is away
leave-cover = Who stands in
leave-from = From
leave-until = Until the end of
leave-keep = Save the leave
leave-kept = The leave is saved.
leave-remove = Remove
leave-removed = The leave is removed.
leave-line = { $name } is away from { $from } until the end of { $until }; { $cover } stands in
leave-uncovered = { $count ->
    [one] { $count } file to be kept apart
   *[other] { $count } files to be kept apart
    } that whoever stands in may not open. Give them to somebody named, or name whoever stands in.
leave-away = Away until the end of { $date }, { $name } stands in
error-leave-same = Somebody else must stand in.
error-leave-order = The last day is not before the first, and within a year of it.
error-leave-past = The last day is over.
error-leave-twice = They are away at some of these days already.
error-leave-cover = Whoever stands in is away on these days too.
error-duty-away = They are away on these days.
shift-typed = Typed when the screen locked
shift-typed-leave = Leave it
