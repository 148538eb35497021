# Signing in and invitations.

sign-in-title = Sign in
sign-in = Sign in
sign-in-email = E-mail
sign-in-password = Password
sign-in-wrong = The e-mail or the password is not right.
sign-in-wait = There were too many failed attempts. Try again in a few minutes, or sign in on the computer you usually use.

invitation-title = Choose a password
invitation-for = This invitation is for { $name } ({ $email }).
invitation-password = New password
invitation-password-hint = At least 12 characters. A long sentence that you remember is safer than a short word with many signs.
invitation-again = The password once more
invitation-take = Save the password
invitation-taken = The password is saved. You can sign in.

mail-invitation-subject = Invitation to Trở Về
mail-invitation = Hello,

    you are invited to use Trở Về. Please choose a password at this address within { $hours } hours:

    { $address }

    The address works once. If you know nothing of an invitation, ignore this message.

users-title = Accounts
users-about = New people get an invitation by mail and choose a password themselves. Locked, an account lets nobody in from that moment, until the next invitation. Ending is for good, and only once the account holds nothing any more.
users-name = Name
users-roles = Roles
users-acts = What can be done
users-ended = Ended
users-without-password = No password yet
account-invite = Send a new invitation
account-lock = Lock now
account-end = End for good
account-end-about = An account that has ended cannot be used again.
account-end-now = End this account
account-add = Add an account
account-add-submit = Add and invite
account-email-hint = Their own address at work
account-roles-hint = Administrators see no returnees.
account-language = Language of the invitation and the pages
account-added = The account is added and the invitation sent.
account-invited = A new invitation is sent. The one before opens nothing any more.
account-locked = Locked. To use it again, send a new invitation.
account-ended = The account has ended.
account-tie-case = { $count ->
    [one] one case
   *[other] { $count } cases
} to look after
account-tie-task = { $count ->
    [one] one contact task
   *[other] { $count } contact tasks
}
account-tie-offer = { $count ->
    [one] one offer
   *[other] { $count } offers
} made to them by name
account-tie-protection = { $count ->
    [one] one person
   *[other] { $count } people
} under protection for whom nobody else is named
account-tie-private = { $count } private files to be handed to somebody else
account-tie-cover = { $count ->
    [one] one leave
   *[other] { $count } leaves
} to cover
account-tie-shift = { $count ->
    [one] one shift
   *[other] { $count } shifts
} of duty
role-attache = Labour attaché
role-desk = Desk officer
role-counsellor = Counsellor
role-supervisor = Supervisor
role-analyst = Analyst
role-publisher = Publisher
role-administrator = Administrator
role-partner = Partner (union, body of employers)
role-provider = Provider that answers letters
sign-in-badge = Badge
sign-in-badge-hint = Scan your badge, or type the 20 digits on it.
sign-in-pin = PIN
sign-in-by-password = Sign in with e-mail and password
sign-in-badge-wrong = That badge or PIN is not right.
sign-in-badge-wait = This badge cannot be used now, after several wrong PINs. Sign in with your password, then make a new badge.
badge-title = My badge and PIN
badge-about = At a computer that your office shares you scan your badge and type your PIN instead of the password. Anywhere else the badge opens nothing.
badge-since = You have had a badge since
badge-again = A new badge puts the old one out of use.
badge-drop = Badge lost: put it out of use
badge-dropped = The badge opens nothing any more.
badge-pin = New PIN
badge-pin-hint = 6 digits, and no row that is easy to guess, such as 123456.
badge-pin-again = The PIN once more
badge-password = Your password
badge-make = Make a badge
badge-made = The new badge works. Print it now: its code is shown only this once.
badge-made-about = Cut along the frame and put it into a holder. Do not write the PIN on it. If it is lost, put it out of use on this page.
badge-ready = It is printed
error-pin = A PIN has exactly 6 digits.
error-pin-easy = This PIN is easy to guess. Choose another.
error-pin-again = The two PINs differ.
error-own-password = That is not your password.
computer-title = Shared computers
computer-about = At a registered computer the staff of the office take turns with badge and PIN; its screen locks after a few minutes of nobody.
computer-end = Share no more
computer-ended = The computer is no longer shared.
computer-is-one = This computer is registered.
computer-this = Register the computer in front of you
computer-name = Name of the computer
computer-name-hint = For example: Counter A1, computer 2. It stands on the computer's sign-in page.
computer-register = Register this computer
computer-registered = This computer is registered. Badges work here from the next sign-in on.
error-computer-name = The office has a computer of this name.
error-computer-many = The office has too many computers. End those that are not used.
badge-code = Code of the badge
training-title = Practise on made-up people
training-about = Choose an office and a role. Nothing done here touches anybody, and no mail or text leaves.
training-choose = Choose a role to practise

course-title = Training register
course-about = Who of the staff took which course, and until when it holds. Everybody sees their own; supervisors write, and see the whole office.
course-mine = Mine
course-none = No course yet
course-office = Others of the office
course-alone = Nobody else works at this office.
course-has = Courses taken
course-lacks = Missing, or no longer valid
course-add = Write down a course
course-topic = Topic
course-name = Name of the course
course-by = Held by
course-optional = May be left empty
course-held = Day
course-until = Valid until the end of
course-until-hint = Leave empty if it has no end
course-until-line = valid until the end of { $date }
course-people = Who took part
course-keep = Save in the register
course-kept = Saved in the register.
course-remove = Remove, written by mistake
course-removed = The line is removed from the register.
course-over = No longer valid
course-soon = Ends soon
course-topic-confidentiality = Confidentiality and personal data
course-topic-first-aid = Psychological first aid
course-topic-screening = Screening at the desk
course-topic-scales = Using WHO-5, PHQ-4, PHQ-9
course-topic-trafficking = Signs of trafficking and forced labour
course-topic-case-work = Case management
course-topic-rights = Workers' entitlements and complaints
course-topic-gender = Gender and gender-based violence
course-topic-system = Using Trở Về
course-topic-other = Something else
error-course-until = The last day is not before the course, and within ten years of it.
error-course-people = Choose at least one person of the office.
error-course-twice = These people have this course of this day in the register already.
