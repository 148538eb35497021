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
users-about = New accounts are added with the command trove user add on the server.
users-name = Name
users-roles = Roles
users-ended = Ended
role-attache = Labour attaché
role-desk = Desk officer
role-counsellor = Counsellor
role-supervisor = Supervisor
role-analyst = Analyst
role-publisher = Publisher
role-administrator = Administrator
