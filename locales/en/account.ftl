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
