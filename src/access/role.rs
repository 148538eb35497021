//! Kinds of organisations, the roles of those who work there, and what each role may do.

/// What an organisation is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum OrganisationKind {
    /// A mission abroad, with its labour attaché.
    Mission,
    /// An airport help desk.
    Airport,
    /// A land or sea border gate.
    Border,
    /// An employment service centre.
    Esc,
    /// A provincial Department of Home Affairs.
    Province,
    Dolab,
    /// Whoever serves returnees without being an office of the state.
    Provider,
    /// A sending enterprise.
    Sender,
    /// A trade union.
    Union,
    /// A body of employers.
    Employers,
}

impl OrganisationKind {
    pub fn code(self) -> &'static str {
        match self {
            OrganisationKind::Mission => "mission",
            OrganisationKind::Airport => "airport",
            OrganisationKind::Border => "border",
            OrganisationKind::Esc => "esc",
            OrganisationKind::Province => "province",
            OrganisationKind::Dolab => "dolab",
            OrganisationKind::Provider => "provider",
            OrganisationKind::Sender => "sender",
            OrganisationKind::Union => "union",
            OrganisationKind::Employers => "employers",
        }
    }
}

/// What somebody does here. A person may have several roles; rights add up and none takes any away.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Role {
    Attache,
    Desk,
    Counsellor,
    Supervisor,
    Analyst,
    Publisher,
    Administrator,
    /// Somebody of a union or of a body of employers: knows of work and courses, and of nobody.
    Partner,
    /// Somebody of a provider who answers letters: knows of each person what one letter says, while its consent holds.
    Provider,
}

/// A permission as a type, to stand in a handler's signature.
pub trait Wanted: Send + Sync + 'static {
    const PERMISSION: Permission;
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// One thing that may be done.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Permission {
            $($(#[$doc])* $name,)*
        }

        impl Permission {
            /// As `role_permissions` and the policies name it.
            pub fn code(self) -> &'static str {
                match self {
                    $(Permission::$name => $code,)*
                }
            }
        }

        /// Permissions as types, to stand in a handler's signature; each names the variant of [`Permission`] that it stands for.
        pub mod to {
            $(
                pub struct $name;
                impl super::Wanted for $name {
                    const PERMISSION: super::Permission = super::Permission::$name;
                }
            )*
        }
    };
}

permissions! {
    /// Search for people, which shows little.
        FindPeople = "person.find",
    /// Open the people of one's own office.
        ReadPeople = "person.read",
        RegisterPeople = "person.create",
        ChangePeople = "person.change",
    /// Let somebody of another office open a person.
        DecideAccess = "access.decide",
    /// Say whether two records are one person, merge them and take them apart: of people one may change, and at DOLAB of
    /// all. Of people under protection the staff named decide instead; see [`decides`].
        DecideDuplicates = "duplicates.decide",
    /// Read who opened a person.
        ReadAccessLog = "access-log.read",
    /// Put people under protection and end it.
        ManageProtection = "protection.manage",
    /// See aggregates.
        ReadStatistics = "statistics.read",
    /// See the accounts of one's organisation.
        ManageUsers = "users.manage",
    /// Read the cases of one's own office and those it reads along.
        ReadCases = "case.read",
    /// Open a case of another office for some hours, with a reason that is looked at afterwards. Not the counter's.
        OpenInNeed = "case.open-in-need",
    /// Say of what was opened in need whether it was.
        ReviewOpenings = "opening.review",
    /// Open cases, serve them and hand them over.
        ChangeCases = "case.change",
    /// Say who is accountable for a case, close it for others, open it again.
        AssignCases = "case.assign",
    /// Ask somebody what a counter does not ask, and read what they answered.
        AssessCases = "case.assess",
    /// Keep private files of psychosocial care, in which one is named; never at a counter.
        ProvideCare = "care.provide",
    /// Keep the directory of who protects somebody: of a mission's own country, at DOLAB of all.
        KeepProtection = "protection.keep",
    /// Read the letters that were sent to one's office about somebody, and answer them; nothing else of anybody.
        AnswerReferrals = "referral.answer",
    /// Decide, as the second of two people, that a private file is opened to somebody not named in it; look at what was.
        DecideBreaks = "care.decide-breaks",
    /// Read the documents of a case: papers, photographs, recordings. Not the counter's.
        ReadAttachments = "attachment.read",
    /// Add documents to a case and take them out.
        AddAttachments = "attachment.add",
    /// Read that somebody wants to talk in private.
        ReadPrivate = "private.read",
    /// See hand-overs that nobody answers.
        FollowSilence = "silence.follow",
    /// Count a table and protect it; at DOLAB only, as the next two.
        DraftReleases = "release.draft",
    /// Approve what somebody else prepared.
        ApproveReleases = "release.approve",
        PublishReleases = "release.publish",
    /// Bring in lists: of passengers at airports and border gates, of contracts at DOLAB.
        ImportLists = "list.import",
    /// Ask a commune after somebody who may be back; of one's own province, as the next.
        MakeContactTasks = "contact.make",
    /// See how many may be back, and work the tasks of one's office.
        WorkContactTasks = "contact.work",
    /// Approve reintegration plans that somebody else wrote, give them back, and look at those that were drawn.
        ApprovePlans = "plan.approve",
    /// Keep the directory of providers.
        ChangeProviders = "provider.change",
    /// Take cases of one's office out as a file.
        ExportCases = "case.export",
    /// Keep the forms that authorities take; at DOLAB only.
        KeepForms = "form.keep",
    /// Say who is on duty for one's office, at what hours.
        KeepRoster = "duty.keep",
    /// Say which office answers for which commune, in a province's department for its province.
        KeepRoutes = "route.keep",
    /// Say which computers the staff of one's office share.
        KeepComputers = "computer.keep",
    /// Keep the register of those who may assess skills.
        KeepAssessors = "assessor.keep",
    /// Say what an assessment of skills leads to, and what becomes of an appeal.
        DecideRecognition = "recognition.decide",
    /// Know of employers, vacancies, courses and fairs, which hold nothing of any returnee.
        ReadWork = "work.read",
    /// Keep the employers and vacancies that one's office found.
        KeepVacancies = "vacancy.keep",
    /// Keep the courses that one's office found.
        KeepCourses = "course.keep",
}

impl Role {
    /// Whether an organisation of this kind has people with this role: a union and a body of employers see nobody's case.
    pub fn belongs_to(self, kind: &str) -> bool {
        let outside = matches!(kind, "union" | "employers");
        match self {
            Role::Administrator => true,
            Role::Partner => outside,
            Role::Provider => kind == "provider",
            _ => !outside,
        }
    }

    pub const ALL: [Role; 9] = [
        Role::Attache,
        Role::Desk,
        Role::Counsellor,
        Role::Supervisor,
        Role::Analyst,
        Role::Publisher,
        Role::Administrator,
        Role::Partner,
        Role::Provider,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Role::Attache => "attache",
            Role::Desk => "desk",
            Role::Counsellor => "counsellor",
            Role::Supervisor => "supervisor",
            Role::Analyst => "analyst",
            Role::Publisher => "publisher",
            Role::Administrator => "administrator",
            Role::Partner => "partner",
            Role::Provider => "provider",
        }
    }

    pub fn from_code(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Analysts, publishers, administrators and partners see no names (practice 40).
    pub fn permissions(self) -> &'static [Permission] {
        use Permission::*;
        match self {
            // The counter writes that somebody wants to talk in private, and does not read it (practice 9).
            Role::Desk => {
                &[FindPeople, ReadPeople, RegisterPeople, ChangePeople, ReadCases, ChangeCases, ImportLists, ReadWork]
            }
            Role::Attache => &[
                FindPeople,
                ReadPeople,
                RegisterPeople,
                ChangePeople,
                ReadCases,
                OpenInNeed,
                ChangeCases,
                AssessCases,
                ProvideCare,
                KeepProtection,
                ReadAttachments,
                AddAttachments,
                ReadPrivate,
                // A post abroad may have nobody else.
                KeepRoster,
                KeepComputers,
                ReadWork,
                // Some are held abroad, before people return.
                KeepCourses,
            ],
            Role::Counsellor => &[
                FindPeople,
                ReadPeople,
                RegisterPeople,
                ChangePeople,
                ReadCases,
                OpenInNeed,
                ChangeCases,
                AssessCases,
                ProvideCare,
                ReadAttachments,
                AddAttachments,
                ReadPrivate,
                WorkContactTasks,
                ReadWork,
                KeepVacancies,
                KeepCourses,
            ],
            Role::Supervisor => &[
                FindPeople,
                ReadPeople,
                RegisterPeople,
                ChangePeople,
                DecideAccess,
                DecideDuplicates,
                ReadAccessLog,
                ManageProtection,
                ReadCases,
                OpenInNeed,
                ReviewOpenings,
                DecideBreaks,
                ChangeCases,
                AssignCases,
                AssessCases,
                ProvideCare,
                KeepProtection,
                ReadAttachments,
                AddAttachments,
                ReadPrivate,
                FollowSilence,
                ImportLists,
                MakeContactTasks,
                WorkContactTasks,
                ApprovePlans,
                ChangeProviders,
                ExportCases,
                KeepForms,
                KeepRoster,
                KeepRoutes,
                KeepComputers,
                KeepAssessors,
                DecideRecognition,
                ReadWork,
                KeepVacancies,
                KeepCourses,
            ],
            Role::Analyst => &[ReadStatistics, DraftReleases],
            Role::Publisher => &[ReadStatistics, DraftReleases, ApproveReleases, PublishReleases],
            Role::Administrator => &[ManageUsers],
            Role::Partner => &[ReadWork, KeepVacancies, KeepCourses],
            Role::Provider => &[AnswerReferrals],
        }
    }

    /// What looking at a person is for, as the access log says it.
    pub fn purpose(self) -> &'static str {
        match self {
            Role::Attache | Role::Desk | Role::Counsellor => "assistance",
            Role::Supervisor => "supervision",
            Role::Analyst | Role::Publisher => "statistics",
            Role::Administrator => "administration",
            Role::Partner => "employment",
            Role::Provider => "assistance",
        }
    }
}

/// What roles may do, as rows for the policies to ask.
pub fn role_permissions() -> String {
    let rows: Vec<String> = Role::ALL
        .into_iter()
        .flat_map(|role| {
            role.permissions().iter().map(move |permission| format!("('{}', '{}')", role.code(), permission.code()))
        })
        .collect();
    format!("DELETE FROM role_permissions; INSERT INTO role_permissions (role, permission) VALUES {};", rows.join(", "))
}
