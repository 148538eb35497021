# Private files: psychosocial support (F1 to F5). What they are called says nothing of what is in them.

page-private = Private files
care-title = Private file
care-mine = My private files
care-mine-about = Only the files in which you are named. Nobody else sees this list.
care-about = What is written here is read by those named in the file: not by the office, not by whoever is above you. No search, common list or exported file holds it.
care-elsewhere = A colleague supports this person in private. There is no need to ask for their story again.
care-open = Open the file
care-new = Open a private file
care-new-it = Open it
care-opened = The private file is open.
care-kept = Saved.
care-exit = Leave quickly
care-exit-hint = Covers this page and opens the weather forecast. Pressing Shift three times does the same.
care-limits = Say this before they tell you anything: You tell only what you want to tell. This is sensitive information; only I and whoever stands in for me can read it. I cannot keep it between us in three cases: somebody's life is in danger; a child is being harmed; the law makes me report it. I will then tell you first, if I can. You may change your mind at any time.
care-consent = Consent
care-consent-mode = How did they agree?
care-consent-mode-hint = Keep the paper or the recording. Silence is not consent.
care-consent-on = Day on which they agreed
care-consent-told = They were told that this is sensitive, who reads it, and when it cannot be kept between you
care-consent-told-hint = Before they tell you anything.
care-consent-words-hint = What else they want or do not want. If the file is opened without consent, the reason.
care-mode-paper = On paper
care-mode-recorded-call = In a recorded call
care-mode-text-message = By text message
care-mode-mail-or-app = By e-mail or app
care-mode-spoken-witnessed = Spoken before a witness
care-mode-other = In another way that can be verified
care-mode-danger = Could not be asked: danger to life
care-mode-child = Could not be asked: a child needs protection
care-shows = May colleagues who work with this person know that they have support?
care-shows-hint = Only that there is some, not by whom or what with. Choose “No” if even that could do harm.
care-shows-yes = Yes, so that nobody asks for their story again
care-shows-no = No, nobody may know
care-shows-now = Colleagues know that somebody helps, not who and not what with.
care-hides-now = Nobody but those named here knows of this file.
care-hide-it = Tell nobody any more
care-show-it = Let colleagues know that there is help
care-deputy = Who stands in when you are away
care-deputy-hint = They can read the whole file. Ask the person you support whether they agree.
care-no-deputy = Nobody else in your office does this work, so that nobody can stand in yet. Name somebody of another office as soon as you can.
care-part-helper = Helper
care-part-deputy = Stands in
care-part-reads = Opened for a time, to read
care-part-plan = Safety plan opened for a time
care-since = since
care-until = until
care-due = To be seen to by
care-late = Late
care-over = Ended
care-task-end = I have seen to it
care-task-done = Marked as done.
care-not-held = (another office holds the case)
care-records = What was written
care-words = Notes
care-note = Note
care-note-new = Write a note
care-note-hint = Only what helping needs. No diagnosis.
care-staff = Who can read this
care-away = Away from { $from } to { $until }
care-make-helper = Make them the helper
care-take-out = Take the name out
care-name = Name somebody else
care-name-who = Who
care-name-elsewhere = Somebody of another office
care-name-mail = Their e-mail address
care-name-mail-hint = Only for somebody of another office: they have an account and do this work.
care-name-mode-hint = Only for somebody of another office: it needs its own consent of the person you support.
care-name-it = Name them
care-named = Named. They can read the file from now on.
care-log = Who opened the file
care-talk = Meeting
care-talk-new = Write down a meeting
care-talk-on = Day of the meeting
care-talk-form = With whom
care-talk-form-one = Them alone
care-talk-form-family = With the family
care-talk-form-crisis = In a crisis
care-talk-form-accompanied = With somebody beside them
care-talk-way = How you met
care-talk-minutes = Minutes
care-talk-done = What was done
care-talk-done-listening = Listened
care-talk-done-calming = Helped to calm down
care-talk-done-information = Gave information
care-talk-done-problem-solving = Looked for ways together
care-talk-done-family = Talked within the family
care-talk-done-safety = Talked about safety
care-talk-done-passing-on = Talked about going to somebody else
care-talk-done-practical = Helped with something practical
care-talk-done-other = Something else
care-talk-words-hint = Only what the next meeting needs. What another member of the family tells goes into a file of their own.
care-talk-next = Meet again on
care-talk-wishes = The next time they wish
care-wish-woman = To meet a woman
care-wish-man = To meet a man
care-wish-room = A room of their own
care-wish-alone = No relatives there
care-wish-with-somebody = Somebody to come along
care-plan = Safety plan
care-plan-edit = Write the safety plan
care-plan-about = Write it with them, in their words. Where a life is in danger this page alone is opened to whoever is there.
care-plan-call = There is danger now: call 115 (ambulance) or 113 (police), stay with them, follow the plan below.
care-plan-none = There is no safety plan yet.
care-plan-signs = Warning signs
care-plan-alone = What they can do alone to get through
care-plan-people = Relatives and friends to call
care-plan-staff = Places and professionals to call
care-plan-safer = Making where they live safer
care-plan-reasons = What makes them want to live
care-plan-reach = How to reach them safely
care-plan-reach-hint = Which number, at what hours, who may answer, what to say if somebody else does.
care-end = End the file
care-end-it = End it
care-end-about = Afterwards those who are named can still read it, and nothing more is written in it.
care-ended = Ended
care-ended-because = Why it ends
care-ended-goals-met = What they hoped for is reached
care-ended-withdrawn = They withdrew their consent
care-ended-no-longer-wanted = They do not want to go on
care-ended-no-time = No time
care-ended-distance = Too far away
care-ended-family-against = The family is against it
care-ended-no-contact = They cannot be reached
care-ended-elsewhere = They have help elsewhere
care-ended-left-again = They went abroad again
care-ended-died = They died
error-care-without = Say why the file is opened without consent.
error-care-told = Tell them this first, then tick it.
error-care-deputy = Choose who stands in, out of the list.
error-care-ended = This file is ended; nothing more can be written in it.
error-care-plan-empty = Fill in one of the fields at least.
error-care-there = They are named in the file already.
error-care-nobody = They cannot be named. Whoever is named has an account, does this work, and was not refused by the person you support.
error-care-last = A file always needs two people at least. Name somebody else first.
error-care-helper = Make somebody else the helper first.

# Opened by somebody who is not named (P23).
shift-glass = { $count ->
    [one] { $count } opening of what is kept apart waits for you
   *[other] { $count } openings of what is kept apart wait for you
    }
glass-title = Opening without being named
glass-about = For when nobody named in a private file, or by a protection, can come. Danger to life: one person opens the safety plan at once, and somebody else looks at it the next day. Anything else needs a second person. Those who are named are told each time.
glass-waiting = Waiting for you
glass-new = Ask for it
glass-scope = What must be opened
glass-scope-plan = Danger to life: the safety plan, now
glass-scope-file = The whole private file, and somebody under protection: a second person decides
glass-reason = Why
glass-reason-hint = Read by whoever decides, whoever looks at it afterwards, and those who are named.
glass-hours = For how many hours
glass-hours-hint = Only where the whole file is needed, 1 to 24.
glass-ask = Open it, or ask for it
glass-asked = Whoever decides was written to. If nobody answers, call them.
glass-yes = Open it
glass-no = Do not
glass-decided = Written down. Whoever asked has been told.
glass-waits = Waits for a second person, asked for { $hours } hours
glass-refused = Not agreed to
glass-opened = Opened for a time
glass-nothing = There is no safety plan for this case.
glass-call = Call those who are named now:
mail-glass-subject = Something to look at in Trở Về
mail-glass-asked = Dear colleague,

    Somebody asks that something kept apart be opened, and needs your decision. Please sign in to see it: { $address }

    Trở Về
mail-glass-broken = Dear colleague,

    Something kept apart, in which you are named or which you asked for, has been opened for a time. Please sign in to see who opened it and why: { $address }

    Trở Về
mail-glass-refused = Dear colleague,

    What you asked for was answered. Please sign in to see it: { $address }

    Trở Về
error-glass-code = Nothing can be opened with this code.
error-glass-alone = Your office has nobody who could decide as the second. In danger to life, choose the safety plan.

# Letters (F1): each with a consent of its own.
page-referrals = Letters to us
care-letters = Letters
care-letters-about = Each letter says only what the help asked for needs, and is read only while the consent holds. No name stands in this list.
care-letter = Letter
care-letter-new = Send them on to somebody
care-letter-about = One letter goes to one place, asks for one kind of help, and has a consent of its own. Nothing is sent yet.
care-letter-service = Help asked for
care-letter-to = Sent to
care-letter-to-hint = An entry of the directory. Supervisors add those that are missing.
care-letter-begin = Write the letter
care-letter-told = What the letter says
care-letter-least = Only what they want to be known. What is left empty is not sent. Their story never goes along.
care-letter-needed = This help needs it.
care-letter-preview = Save and preview
care-letter-kept = Saved. Below stands exactly what will be sent.
care-letter-exactly = Exactly what will be sent
care-letter-was = What was sent
care-letter-lacks = Still missing:
care-letter-consent = Consent for this letter
care-letter-consent-about = Read the part above to them, or show it. Say to whom it goes, what for, who will read it, how long it holds, and that they can take it back at any time.
care-agree-shown = They have seen or heard exactly what will be sent
care-agree-language = Explained in which language
care-agree-until = They agree until the end of
care-agree-until-hint = After this day whoever received the letter cannot open it any more.
care-letter-send = Record the consent and send
care-letter-sent = Sent. They are told that there is a letter, and nothing of what it says.
care-letter-answers = They answer in the system.
care-letter-by-hand = They have no account: call them or hand the letter over on paper, and write their answer here.
care-letter-answer-by = To be answered by
care-letter-late = Answer is late
care-letter-duty = For the help asked for and nothing else. Do not tell the sending company, the family or anybody. When the consent is taken back the letter closes: delete what you copied.
care-letter-called = What to call them
care-letter-name = Full name
care-letter-birth-year = Year of birth
care-letter-sex = Sex
care-letter-language = Language, and whether an interpreter is needed
care-letter-reach = How to reach them safely
care-letter-place = Where they are
care-letter-wish = How they wish to be met
care-letter-children = Children along
care-letter-summary = What they want to be known
care-letter-agreed = Consent
care-letter-until = Holds until the end of
care-service-counselling = Psychological counselling
care-service-family = Family counselling
care-service-trauma = Support after trauma
care-service-psychiatry = Psychiatric examination or treatment
care-service-peer-group = Peer-support group
care-service-shelter = A safe place to stay
care-service-medical = Medical help
care-service-legal-aid = Legal aid
care-service-protection = Competent protection body
care-service-social-work = Social work in the commune
care-letter-state-draft = Being written
care-letter-state-sent = Sent
care-letter-state-received = Received
care-letter-state-accepted = Accepted
care-letter-state-declined = Declined
care-letter-state-redirected = Named somebody else
care-letter-state-started = Under way
care-letter-state-completed = Done, as they say
care-letter-state-not-attended = Did not come
care-letter-state-withdrawn = Taken back
care-letter-state-confirmed = Confirmed by the returnee
care-letter-state-not-confirmed = Done by the provider, not confirmed
care-steps = What happened
care-step = Go on
care-step-what = What happened
care-step-on = Day
care-step-words = A few words
care-step-words-hint = Never their story. If declined: why. If somebody else is named: whom. If confirmed: what they said.
care-step-agreed = Consent
care-step-sent = Sent
care-step-received = Letter received
care-step-accepted = Accepted
care-step-declined = Declined
care-step-redirected = Named somebody else
care-step-started = Help began
care-step-completed = Help is done
care-step-not-attended = They did not come
care-step-withdrawn = They took their consent back
care-step-asked = They were asked, no answer yet
care-step-confirmed = They confirm it
care-step-not-confirmed = Close it: done by the provider, not confirmed
care-answered = Written down. Whoever sent the letter is told.
mail-care = Dear colleague,

    There is something new for you to see. Please sign in: { $address }

    Trở Về
error-care-sent = This letter has been sent and cannot be changed.
error-care-until = Choose a day from today to a year from now.
error-care-shown = Let them see or hear exactly what will be sent, then tick it.
error-care-lacks = The letter lacks something that this help needs. Fill it in and save first.
error-care-before = This day is before the consent.
error-care-too-soon = They were not asked often enough. Write down each time they were asked.
error-care-no-way = This cannot follow from where the letter stands.
error-care-expired = The consent has run out.

# Scales (F3): never a diagnosis.
scale-title = Questions about the last two weeks
scale-about = Only with their consent. What comes of it says whether to talk more, and nothing else: no rule about help or work reads it.
scale-never = This is no diagnosis. They may leave out any question.
scale-careful = The last question asks about thoughts of harming oneself. Only face to face, in private, and while you have time to stay with them. Never by message, link or letter.
scale-name = Questions
scale-name-who-5 = WHO-5 (well-being)
scale-name-phq-4 = PHQ-4 (worry and low mood, four questions)
scale-name-phq-9 = PHQ-9 (low mood, nine questions)
scale-about-who-5 = Five positive questions, easy to begin with.
scale-about-phq-4 = Four short questions.
scale-about-phq-9 = Nine questions, one of them about harming oneself. Only for staff who were taught it.
scale-agreed = They agree to answer, and know that this is health information and sensitive
scale-agreed-hint = Say who will read it and what for.
scale-on = Day of the answers
scale-filled = Filled in by
scale-filled-asked = You asked, they answered
scale-filled-self = They filled it in themselves
scale-population = Cut-offs for
scale-population-hint = A group for which there is a study; leave it as it is if unsure.
scale-population-general = Everybody
scale-population-primary-care = Patients of primary care in Viet Nam
scale-population-methadone = Methadone patients in Viet Nam
scale-refused = Does not want to answer
scale-sum = Sum
scale-no-sum = no sum, since a question was left out
scale-part-all = All questions
scale-part-anxiety = Worry (questions 1 and 2)
scale-part-low-mood = Low mood (questions 3 and 4)
scale-advice = What to do
scale-advice-none = Nothing that cannot wait
scale-advice-talk = Talk more
scale-advice-refer = Offer to see somebody trained, if they want to
scale-answers = Each answer
scale-call = Saved. Please call them today. In an emergency: 115, 113, 111.
safety-title = Keep them safe now
safety-by = Say what was done before
safety-stay = Stay with them, or on the line. Do not leave them alone.
safety-ask = Ask directly and gently: Are you thinking of harming yourself? Have you thought how, and when? Asking does not make them think of it more.
safety-call = If there is a way, a time, or it has been tried: call the ambulance, the police or the protection hotline:
safety-tell = Tell whoever stands in for you and whoever is on duty now:
safety-safer = With them and somebody they trust, put away what could do harm.
safety-say = What you have done
safety-done = Done to keep them safe
safety-done-stayed = Stayed with them
safety-done-asked = Asked directly
safety-done-means = Put away what could do harm
safety-done-relative = A relative came, with their consent
safety-done-colleague = Told whoever stands in or is on duty
safety-done-ambulance = Called an ambulance
safety-done-hospital = Took them to hospital
safety-done-plan = Wrote the safety plan
mail-care-now-subject = You are needed now in Trở Về
mail-care-now = Dear colleague,

    { $name } needs you now. Please call each other, and sign in: { $address }

    Trở Về
mail-care-duty = Dear colleague,

    Your colleague { $name } has something urgent that nobody has marked as done. Please call { $name } now. { $address }

    Trở Về
error-scale-trained = Only staff who were taught the scales, as the register of training says, may ask these.
error-scale-agreed = Only with their consent. If they agree, tick it.
error-safety-done = Say at least one thing that was done.
