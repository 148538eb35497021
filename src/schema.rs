//! The tables as PostgreSQL has them. Kept by hand; a test compares every table, column, type and nullability
//! with the catalogue.

diesel::table! {
    events (at, id) {
        id -> Uuid,
        at -> Timestamptz,
        kind -> Text,
        subject_kind -> Text,
        subject_id -> Uuid,
        actor_kind -> Text,
        actor_id -> Text,
        organisation_id -> Nullable<Uuid>,
        about -> Jsonb,
    }
}

diesel::table! {
    row_versions (table_name, row_id, version) {
        table_name -> Text,
        row_id -> Uuid,
        version -> Integer,
        row -> Jsonb,
        replaced_at -> Timestamptz,
    }
}

diesel::table! {
    jobs (id) {
        id -> Uuid,
        kind -> Text,
        key -> Text,
        payload -> Jsonb,
        actor_kind -> Text,
        actor_id -> Text,
        organisation_id -> Nullable<Uuid>,
        run_at -> Timestamptz,
        queued_at -> Timestamptz,
        attempts -> Integer,
        leased_until -> Nullable<Timestamptz>,
        done_at -> Nullable<Timestamptz>,
        given_up_at -> Nullable<Timestamptz>,
        last_error -> Nullable<Text>,
    }
}

diesel::table! {
    mails (id) {
        id -> Uuid,
        recipient -> Text,
        subject -> Text,
        body -> Text,
        posted_at -> Timestamptz,
        sent_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    submissions (key) {
        key -> Uuid,
        actor_kind -> Text,
        actor_id -> Text,
        route -> Text,
        payload_hash -> Binary,
        location -> Nullable<Text>,
        at -> Timestamptz,
    }
}

diesel::table! {
    parameters (code, valid_from) {
        code -> Text,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        value -> BigInt,
        unit -> Text,
        source -> Text,
    }
}

diesel::table! {
    countries (code) {
        code -> Text,
        parent -> Nullable<Text>,
        vi -> Text,
        en -> Text,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        ours -> Text,
    }
}

diesel::table! {
    provinces (code) {
        code -> Text,
        parent -> Nullable<Text>,
        vi -> Text,
        en -> Text,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        ours -> Text,
    }
}

diesel::table! {
    communes (code) {
        code -> Text,
        parent -> Text,
        vi -> Text,
        en -> Text,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        ours -> Text,
    }
}

diesel::table! {
    occupations (code) {
        code -> Text,
        parent -> Nullable<Text>,
        vi -> Text,
        en -> Text,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        ours -> Text,
    }
}

diesel::table! {
    activities (code) {
        code -> Text,
        parent -> Nullable<Text>,
        vi -> Text,
        en -> Text,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        ours -> Text,
    }
}

diesel::table! {
    ethnic_groups (code) {
        code -> Text,
        parent -> Nullable<Text>,
        vi -> Text,
        en -> Text,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        ours -> Text,
    }
}

diesel::table! {
    education_levels (code) {
        code -> Text,
        parent -> Nullable<Text>,
        vi -> Text,
        en -> Text,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        ours -> Text,
    }
}

diesel::table! {
    languages (code) {
        code -> Text,
        parent -> Nullable<Text>,
        vi -> Text,
        en -> Text,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        ours -> Text,
    }
}

diesel::table! {
    organisations (id) {
        id -> Uuid,
        kind -> Text,
        name -> Text,
        parent_id -> Nullable<Uuid>,
        province_code -> Nullable<Text>,
        country_code -> Nullable<Text>,
        ended_at -> Nullable<Timestamptz>,
        version -> Integer,
    }
}

diesel::table! {
    users (id) {
        id -> Uuid,
        organisation_id -> Uuid,
        email -> Text,
        name -> Text,
        language -> Text,
        created_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        version -> Integer,
    }
}

diesel::table! {
    credentials (user_id) {
        user_id -> Uuid,
        password_hash -> Text,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    user_roles (id) {
        id -> Uuid,
        user_id -> Uuid,
        role -> Text,
    }
}

diesel::table! {
    role_permissions (role, permission) {
        role -> Text,
        permission -> Text,
    }
}

diesel::table! {
    sessions (token_hash) {
        token_hash -> Binary,
        user_id -> Uuid,
        created_at -> Timestamptz,
        seen_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    sign_in_attempts (id) {
        id -> Uuid,
        at -> Timestamptz,
        account -> Binary,
        network -> Text,
        device -> Nullable<Binary>,
        succeeded -> Bool,
    }
}

diesel::table! {
    known_devices (user_id, device) {
        user_id -> Uuid,
        device -> Binary,
        seen_at -> Timestamptz,
    }
}

diesel::table! {
    invitations (token_hash) {
        token_hash -> Binary,
        user_id -> Uuid,
        created_at -> Timestamptz,
        ends_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    persons (id) {
        id -> Uuid,
        code -> Text,
        name -> Text,
        family_key -> Text,
        given_key -> Text,
        sex -> Nullable<Text>,
        birth_date -> Nullable<Date>,
        birth_precision -> Nullable<Text>,
        ethnic_group -> Nullable<Text>,
        marital_status -> Nullable<Text>,
        education_level -> Nullable<Text>,
        qualification -> Nullable<Text>,
        language -> Nullable<Text>,
        interpreter -> Nullable<Text>,
        reads_vietnamese -> Nullable<Text>,
        protected -> Bool,
        registered_by -> Uuid,
        registered_at -> Timestamptz,
        version -> Integer,
    }
}

diesel::table! {
    person_facts (id) {
        id -> Uuid,
        person_id -> Uuid,
        fact -> Text,
        absence -> Nullable<Text>,
        level -> Nullable<Text>,
        said_by -> Nullable<Text>,
        recorded_at -> Timestamptz,
    }
}

diesel::table! {
    identity_documents (id) {
        id -> Uuid,
        person_id -> Uuid,
        kind -> Text,
        shown_as -> Text,
        level -> Text,
        country -> Text,
        number_sealed -> Nullable<Binary>,
        number_index -> Nullable<Text>,
        number_key -> Nullable<Integer>,
        name_printed -> Nullable<Text>,
        issued_on -> Nullable<Date>,
        expires_on -> Nullable<Date>,
        withdrawn_at -> Nullable<Timestamptz>,
        version -> Integer,
    }
}

diesel::table! {
    contact_points (id) {
        id -> Uuid,
        person_id -> Uuid,
        kind -> Text,
        value -> Text,
        belongs_to -> Nullable<Text>,
        safe_to_call -> Bool,
        safe_to_write -> Bool,
        wishes -> Nullable<Text>,
        withdrawn_at -> Nullable<Timestamptz>,
        version -> Integer,
    }
}

diesel::table! {
    addresses (id) {
        id -> Uuid,
        person_id -> Uuid,
        kind -> Text,
        province_code -> Nullable<Text>,
        commune_code -> Nullable<Text>,
        line -> Nullable<Text>,
        withdrawn_at -> Nullable<Timestamptz>,
        version -> Integer,
    }
}

diesel::table! {
    person_access (id) {
        id -> Uuid,
        person_id -> Uuid,
        organisation_id -> Uuid,
        user_id -> Nullable<Uuid>,
        ground -> Text,
        since -> Timestamptz,
        until -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    access_requests (id) {
        id -> Uuid,
        person_id -> Uuid,
        organisation_id -> Uuid,
        user_id -> Uuid,
        reason -> Text,
        requested_at -> Timestamptz,
        decided_at -> Nullable<Timestamptz>,
        decided_by -> Nullable<Uuid>,
        granted -> Nullable<Bool>,
    }
}

diesel::table! {
    protections (id) {
        id -> Uuid,
        person_id -> Uuid,
        opened_by -> Uuid,
        opened_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    protection_staff (id) {
        id -> Uuid,
        protection_id -> Uuid,
        user_id -> Uuid,
    }
}

diesel::table! {
    match_keys (key, person_id) {
        key -> Text,
        person_id -> Uuid,
    }
}

diesel::table! {
    duplicate_suspicions (id) {
        id -> Uuid,
        person_a -> Uuid,
        person_b -> Uuid,
        reason -> Text,
        found_at -> Timestamptz,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    persons,
    person_facts,
    identity_documents,
    contact_points,
    addresses,
    person_access,
    access_requests,
    organisations,
    users,
    user_roles,
    duplicate_suspicions
);
diesel::joinable!(access_requests -> persons (person_id));
diesel::joinable!(access_requests -> organisations (organisation_id));
