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
        channel -> Text,
        refused_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    messages (id) {
        id -> Uuid,
        case_id -> Uuid,
        kind -> Text,
        item -> Uuid,
        due_on -> Date,
        until_on -> Date,
        way -> Text,
        contact_point_id -> Nullable<Uuid>,
        mail_id -> Nullable<Uuid>,
        made_at -> Timestamptz,
    }
}

diesel::table! {
    digests (user_id, day) {
        user_id -> Uuid,
        day -> Date,
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
        phone -> Nullable<Text>,
        hours -> Nullable<Text>,
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
        badge_hash -> Nullable<Binary>,
        pin_hash -> Nullable<Text>,
        badge_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    computers (id) {
        id -> Uuid,
        organisation_id -> Uuid,
        name -> Text,
        token_hash -> Binary,
        registered_by -> Uuid,
        registered_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    drafts (id) {
        id -> Uuid,
        user_id -> Uuid,
        path -> Text,
        sealed -> Binary,
        saved_at -> Timestamptz,
    }
}

diesel::table! {
    staff_courses (id) {
        id -> Uuid,
        organisation_id -> Uuid,
        user_id -> Uuid,
        topic -> Text,
        title -> Text,
        given_by -> Nullable<Text>,
        held_on -> Date,
        valid_until -> Nullable<Date>,
        written_by -> Uuid,
        written_at -> Timestamptz,
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
        computer_id -> Nullable<Uuid>,
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
        merged_into -> Nullable<Uuid>,
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
        safe_automatic -> Bool,
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
        old_province -> Nullable<Text>,
        old_district -> Nullable<Text>,
        old_commune -> Nullable<Text>,
        mapped_from -> Nullable<Uuid>,
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
    key_versions (person_id) {
        person_id -> Uuid,
        version -> Integer,
    }
}

diesel::table! {
    match_models (id) {
        id -> Uuid,
        number -> Integer,
        learnt_at -> Timestamptz,
        people -> Integer,
        pairs -> Integer,
        source -> Text,
        refused -> Nullable<Text>,
        model -> Nullable<Jsonb>,
    }
}

diesel::table! {
    duplicate_suspicions (id) {
        id -> Uuid,
        person_a -> Uuid,
        person_b -> Uuid,
        reason -> Text,
        found_at -> Timestamptz,
        probability -> Nullable<Double>,
        reasons -> Jsonb,
        model -> Nullable<Integer>,
    }
}

diesel::table! {
    duplicate_decisions (id) {
        id -> Uuid,
        suspicion_id -> Uuid,
        decision -> Text,
        note -> Nullable<Text>,
        probability -> Nullable<Double>,
        decided_by -> Uuid,
        decided_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        ended_by -> Nullable<Uuid>,
        ended_because -> Nullable<Text>,
    }
}

diesel::table! {
    merges (id) {
        id -> Uuid,
        suspicion_id -> Uuid,
        winner_id -> Uuid,
        loser_id -> Uuid,
        merged_by -> Uuid,
        organisation_id -> Uuid,
        merged_at -> Timestamptz,
        undone_at -> Nullable<Timestamptz>,
        undone_by -> Nullable<Uuid>,
        undone_because -> Nullable<Text>,
    }
}

diesel::table! {
    merge_rows (merge_id, place) {
        merge_id -> Uuid,
        place -> Integer,
        act -> Text,
        table_name -> Text,
        column_name -> Nullable<Text>,
        row_key -> Jsonb,
        before -> Nullable<Jsonb>,
        after -> Nullable<Jsonb>,
    }
}

diesel::table! {
    episodes (id) {
        id -> Uuid,
        person_id -> Uuid,
        standing -> Text,
        door -> Text,
        expected_on -> Nullable<Date>,
        flight -> Nullable<Text>,
        expected_at -> Nullable<Uuid>,
        previous_country -> Nullable<Text>,
        left_on -> Nullable<Date>,
        left_precision -> Nullable<Text>,
        entered_on -> Nullable<Date>,
        entered_precision -> Nullable<Text>,
        arrival -> Nullable<Text>,
        confirmed_by -> Nullable<Uuid>,
        confirmed_at -> Nullable<Timestamptz>,
        wants_help -> Nullable<Text>,
        voluntary -> Nullable<Text>,
        assisted -> Nullable<Text>,
        duration -> Nullable<Text>,
        reason -> Nullable<Text>,
        registered_by -> Uuid,
        registered_at -> Timestamptz,
        version -> Integer,
    }
}

diesel::table! {
    episode_facts (id) {
        id -> Uuid,
        episode_id -> Uuid,
        fact -> Text,
        absence -> Nullable<Text>,
        level -> Nullable<Text>,
        said_by -> Nullable<Text>,
        recorded_at -> Timestamptz,
    }
}

diesel::table! {
    regularities (id) {
        id -> Uuid,
        episode_id -> Uuid,
        regularity -> Nullable<Text>,
        keeper_id -> Uuid,
        deputy_id -> Nullable<Uuid>,
        told_at -> Timestamptz,
        value_key -> Nullable<Binary>,
        sealed -> Nullable<Binary>,
    }
}

diesel::table! {
    labour_migrations (id) {
        id -> Uuid,
        episode_id -> Uuid,
        channel -> Nullable<Text>,
        found_by -> Nullable<Text>,
        occupation -> Nullable<Text>,
        activity -> Nullable<Text>,
        employer -> Nullable<Text>,
        sender -> Nullable<Text>,
        contract_start -> Nullable<Date>,
        contract_end -> Nullable<Date>,
        recruitment_cost -> Nullable<BigInt>,
        deposit -> Nullable<BigInt>,
        debt -> Nullable<BigInt>,
        savings -> Nullable<BigInt>,
        remittances -> Nullable<BigInt>,
        wage_currency -> Nullable<Text>,
        first_wage -> Nullable<BigInt>,
        last_wage -> Nullable<BigInt>,
        hours_per_week -> Nullable<Integer>,
        objective -> Nullable<Text>,
        objective_met -> Nullable<Text>,
        version -> Integer,
    }
}

diesel::table! {
    residence_notices (id) {
        id -> Uuid,
        episode_id -> Uuid,
        notified_on -> Date,
        shown_as -> Text,
        recorded_at -> Timestamptz,
    }
}

diesel::table! {
    cases (id) {
        id -> Uuid,
        code -> Text,
        episode_id -> Uuid,
        phase -> Text,
        urgency -> Text,
        holder_id -> Uuid,
        accountable_id -> Uuid,
        next_step -> Nullable<Text>,
        next_on -> Nullable<Date>,
        next_by -> Nullable<Text>,
        wishes -> Nullable<Text>,
        opened_at -> Timestamptz,
        version -> Integer,
        call_on -> Nullable<Date>,
        call_part -> Nullable<Text>,
    }
}

diesel::table! {
    contact_attempts (id) {
        id -> Uuid,
        case_id -> Uuid,
        outcome -> Text,
        contact_point_id -> Nullable<Uuid>,
        made_by -> Uuid,
        made_at -> Timestamptz,
    }
}

diesel::table! {
    holidays (day) {
        day -> Date,
        off -> Bool,
        name -> Text,
        source -> Text,
    }
}

diesel::table! {
    first_contacts (id) {
        id -> Uuid,
        case_id -> Uuid,
        office_id -> Uuid,
        started_at -> Timestamptz,
        due_on -> Date,
        met_at -> Nullable<Timestamptz>,
        ended_at -> Nullable<Timestamptz>,
        missed_because -> Nullable<Text>,
        explained_by -> Nullable<Uuid>,
        version -> Integer,
        paused_until -> Nullable<Date>,
        pause_reason -> Nullable<Text>,
        paused_by -> Nullable<Uuid>,
        days_left -> Nullable<Integer>,
    }
}

diesel::table! {
    instruments (code, version) {
        code -> Text,
        version -> Integer,
        valid_from -> Date,
        document -> Jsonb,
    }
}

diesel::table! {
    assessments (id) {
        id -> Uuid,
        case_id -> Uuid,
        instrument -> Text,
        instrument_version -> Integer,
        begun_by -> Uuid,
        begun_at -> Timestamptz,
        concluded_by -> Nullable<Uuid>,
        concluded_at -> Nullable<Timestamptz>,
        conclusion -> Nullable<Text>,
        priority -> Nullable<Text>,
        version -> Integer,
    }
}

diesel::table! {
    assessment_answers (id) {
        id -> Uuid,
        assessment_id -> Uuid,
        item -> Text,
        answer -> Text,
        answered_by -> Uuid,
        answered_at -> Timestamptz,
        version -> Integer,
    }
}

diesel::table! {
    lost_contacts (id) {
        id -> Uuid,
        case_id -> Uuid,
        said_by -> Uuid,
        said_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    shares (id) {
        id -> Uuid,
        case_id -> Uuid,
        organisation_id -> Uuid,
        user_id -> Nullable<Uuid>,
        given_by -> Uuid,
        stage -> Text,
        reason -> Text,
        since -> Timestamptz,
        until -> Timestamptz,
    }
}

diesel::table! {
    hand_overs (id) {
        id -> Uuid,
        case_id -> Uuid,
        kind -> Text,
        state -> Text,
        from_id -> Uuid,
        to_id -> Uuid,
        to_user_id -> Nullable<Uuid>,
        note -> Nullable<Text>,
        urgency -> Text,
        offered_by -> Uuid,
        offered_at -> Timestamptz,
        reply_by -> Timestamptz,
        silence -> Integer,
        province_id -> Nullable<Uuid>,
        answered_at -> Nullable<Timestamptz>,
        answered_by -> Nullable<Uuid>,
        reason -> Nullable<Text>,
        unrouted_commune -> Nullable<Text>,
    }
}

diesel::table! {
    /// Which office answers for a commune, from a day on.
    commune_routes (id) {
        id -> Uuid,
        commune_code -> Text,
        office_id -> Nullable<Uuid>,
        from_on -> Date,
        written_by -> Uuid,
        written_at -> Timestamptz,
    }
}

diesel::table! {
    screenings (id) {
        id -> Uuid,
        case_id -> Uuid,
        urgency -> Text,
        flags -> Array<Text>,
        screened_by -> Uuid,
        screened_at -> Timestamptz,
        taken_over_by -> Nullable<Uuid>,
        taken_over_at -> Nullable<Timestamptz>,
        silence -> Integer,
    }
}

diesel::table! {
    exclusions (id) {
        id -> Uuid,
        person_id -> Uuid,
        kind -> Text,
        user_id -> Nullable<Uuid>,
        organisation_id -> Nullable<Uuid>,
        said_by -> Uuid,
        said_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        ended_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    bulk_acts (id) {
        id -> Uuid,
        organisation_id -> Uuid,
        kind -> Text,
        to_user_id -> Nullable<Uuid>,
        to_office_id -> Nullable<Uuid>,
        made_by -> Uuid,
        made_at -> Timestamptz,
        undone_by -> Nullable<Uuid>,
        undone_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    bulk_cases (id) {
        id -> Uuid,
        bulk_id -> Uuid,
        case_id -> Uuid,
        from_id -> Uuid,
    }
}

diesel::table! {
    exports (id) {
        id -> Uuid,
        organisation_id -> Uuid,
        made_by -> Uuid,
        made_at -> Timestamptz,
        list -> Text,
        groups -> Array<Text>,
        format -> Text,
        language -> Text,
        reason -> Text,
        state -> Text,
        total -> Integer,
        done -> Integer,
        kept -> Integer,
        bytes -> Nullable<Integer>,
        ends_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    form_templates (id) {
        id -> Uuid,
        code -> Text,
        version -> Integer,
        title -> Text,
        goes_to -> Text,
        source -> Text,
        official -> Bool,
        body -> Text,
        valid_from -> Date,
        ended_on -> Nullable<Date>,
        written_by -> Nullable<Uuid>,
        written_at -> Timestamptz,
    }
}

diesel::table! {
    export_cases (id) {
        id -> Uuid,
        export_id -> Uuid,
        case_id -> Uuid,
        number -> Integer,
    }
}

diesel::table! {
    export_pieces (export_id, part, number) {
        export_id -> Uuid,
        part -> Text,
        number -> Integer,
        sealed -> Binary,
    }
}

diesel::table! {
    leaves (id) {
        id -> Uuid,
        organisation_id -> Uuid,
        user_id -> Uuid,
        cover_id -> Uuid,
        from_on -> Date,
        until_on -> Date,
        written_by -> Uuid,
        written_at -> Timestamptz,
    }
}

diesel::table! {
    duty_shifts (id) {
        id -> Uuid,
        organisation_id -> Uuid,
        user_id -> Uuid,
        phone -> Text,
        place -> Integer,
        starts_at -> Timestamptz,
        ends_at -> Timestamptz,
        written_by -> Uuid,
        written_at -> Timestamptz,
    }
}

diesel::table! {
    duty_tries (id) {
        id -> Uuid,
        case_id -> Uuid,
        office_id -> Uuid,
        phone -> Text,
        tried_by -> Uuid,
        tried_at -> Timestamptz,
    }
}

diesel::table! {
    private_talks (id) {
        id -> Uuid,
        case_id -> Uuid,
        asked_at -> Timestamptz,
        held_at -> Nullable<Timestamptz>,
        held_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    services (id) {
        id -> Uuid,
        case_id -> Uuid,
        kind -> Text,
        state -> Text,
        provider_id -> Nullable<Uuid>,
        provider -> Nullable<Text>,
        due_on -> Date,
        outcome -> Nullable<Text>,
        note_back -> Nullable<Text>,
        added_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        version -> Integer,
        listed_id -> Nullable<Uuid>,
        intervention_id -> Nullable<Uuid>,
        timeline_step -> Nullable<Text>,
    }
}

diesel::table! {
    providers (id) {
        id -> Uuid,
        name -> Text,
        organisation_id -> Nullable<Uuid>,
        province_code -> Nullable<Text>,
        kinds -> Array<Text>,
        serves -> Array<Text>,
        phone -> Nullable<Text>,
        address -> Nullable<Text>,
        hours -> Nullable<Text>,
        cost_note -> Nullable<Text>,
        valid_from -> Date,
        valid_until -> Nullable<Date>,
        source -> Text,
        verified_on -> Date,
        verified_by -> Uuid,
        verified_at_id -> Uuid,
        version -> Integer,
    }
}

diesel::table! {
    timeline_steps (code, valid_from) {
        code -> Text,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        timeline -> Text,
        kind -> Text,
        counted_from -> Text,
        days -> Integer,
        source -> Text,
    }
}

diesel::table! {
    plans (id) {
        id -> Uuid,
        case_id -> Uuid,
        number -> Integer,
        state -> Text,
        begun_at -> Timestamptz,
        writers -> Array<Uuid>,
        agreed_on -> Nullable<Date>,
        agreed_how -> Nullable<Text>,
        sent_by -> Nullable<Uuid>,
        sent_at -> Nullable<Timestamptz>,
        approved_by -> Nullable<Uuid>,
        approved_at -> Nullable<Timestamptz>,
        in_force_at -> Nullable<Timestamptz>,
        in_force_by -> Nullable<Uuid>,
        ended_at -> Nullable<Timestamptz>,
        sampled -> Bool,
        looked_by -> Nullable<Uuid>,
        looked_at -> Nullable<Timestamptz>,
        version -> Integer,
    }
}

diesel::table! {
    plan_returns (id) {
        id -> Uuid,
        plan_id -> Uuid,
        case_id -> Uuid,
        reason -> Text,
        returned_by -> Uuid,
        returned_at -> Timestamptz,
    }
}

diesel::table! {
    plan_goals (id) {
        id -> Uuid,
        plan_id -> Uuid,
        case_id -> Uuid,
        dimension -> Text,
        text -> Text,
    }
}

diesel::table! {
    plan_interventions (id) {
        id -> Uuid,
        goal_id -> Uuid,
        plan_id -> Uuid,
        case_id -> Uuid,
        origin_id -> Uuid,
        kind -> Text,
        what -> Nullable<Text>,
        responsible -> Text,
        listed_id -> Nullable<Uuid>,
        provider -> Nullable<Text>,
        due_on -> Date,
        cost -> Nullable<BigInt>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(attachments, attachment_files, attachment_removals, users);
diesel::table! {
    attachments (id) {
        id -> Uuid,
        case_id -> Uuid,
        kind -> Text,
        title -> Text,
        made_on -> Nullable<Date>,
        made_precision -> Nullable<Text>,
        added_by -> Uuid,
        added_at -> Timestamptz,
    }
}

diesel::table! {
    attachment_files (id) {
        id -> Uuid,
        case_id -> Uuid,
        attachment_id -> Nullable<Uuid>,
        number -> Nullable<Integer>,
        name -> Text,
        bytes -> BigInt,
        format -> Nullable<Text>,
        sha256 -> Nullable<Binary>,
        state -> Text,
        reason -> Nullable<Text>,
        working_format -> Nullable<Text>,
        working_bytes -> Nullable<BigInt>,
        added_by -> Uuid,
        added_at -> Timestamptz,
    }
}

diesel::table! {
    attachment_chunks (file_id, copy, number) {
        file_id -> Uuid,
        copy -> Text,
        number -> Integer,
        length -> Integer,
        sealed -> Binary,
    }
}

diesel::table! {
    attachment_removals (id) {
        id -> Uuid,
        case_id -> Uuid,
        attachment_id -> Uuid,
        file_id -> Nullable<Uuid>,
        because -> Text,
        removed_by -> Uuid,
        removed_at -> Timestamptz,
    }
}

diesel::table! {
    case_notes (id) {
        id -> Uuid,
        case_id -> Uuid,
        text -> Text,
        written_by -> Uuid,
        written_at -> Timestamptz,
    }
}

diesel::table! {
    closures (id) {
        id -> Uuid,
        case_id -> Uuid,
        reason -> Text,
        outcome -> Text,
        would_have_stayed -> Nullable<Text>,
        from_phase -> Text,
        closed_by -> Uuid,
        closed_at -> Timestamptz,
        reopened_at -> Nullable<Timestamptz>,
        reopened_by -> Nullable<Uuid>,
        reopened_because -> Nullable<Text>,
    }
}

diesel::table! {
    slip_batches (id) {
        id -> Uuid,
        organisation_id -> Uuid,
        size -> Integer,
        issued_by -> Uuid,
        issued_at -> Timestamptz,
    }
}

diesel::table! {
    slips (id) {
        id -> Uuid,
        batch_id -> Uuid,
        code -> Text,
        case_id -> Nullable<Uuid>,
        bound_at -> Nullable<Timestamptz>,
        bound_by -> Nullable<Uuid>,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    information_contacts (id) {
        id -> Uuid,
        organisation_id -> Uuid,
        held_on -> Date,
        topic -> Text,
        people -> Integer,
        written_by -> Uuid,
        written_at -> Timestamptz,
    }
}

diesel::table! {
    outreach_sessions (id) {
        id -> Uuid,
        organisation_id -> Uuid,
        held_on -> Date,
        hour -> Nullable<Integer>,
        employer -> Nullable<Text>,
        place -> Text,
        headcount -> Integer,
        domestic_reached -> Integer,
        domestic_not_reached -> Integer,
        questions -> Nullable<Text>,
        written_by -> Uuid,
        written_at -> Timestamptz,
    }
}

diesel::table! {
    household_members (id) {
        id -> Uuid,
        person_id -> Uuid,
        relation -> Text,
        name -> Nullable<Text>,
        birth_year -> Nullable<Integer>,
        sex -> Nullable<Text>,
        living -> Nullable<Text>,
        schooling -> Nullable<Text>,
        cared_by -> Nullable<Text>,
        need -> Nullable<Text>,
        apart -> Nullable<Text>,
        note -> Nullable<Text>,
        recorded_by -> Uuid,
        recorded_at -> Timestamptz,
        withdrawn_at -> Nullable<Timestamptz>,
        withdrawn_by -> Nullable<Uuid>,
        replaces -> Nullable<Uuid>,
        version -> Integer,
    }
}

diesel::table! {
    household_facts (id) {
        id -> Uuid,
        member_id -> Uuid,
        fact -> Text,
        absence -> Text,
    }
}

diesel::table! {
    poverty_statuses (id) {
        id -> Uuid,
        person_id -> Uuid,
        status -> Text,
        because -> Nullable<Text>,
        source -> Nullable<Text>,
        decided_on -> Nullable<Date>,
        review_on -> Nullable<Date>,
        recorded_by -> Uuid,
        recorded_at -> Timestamptz,
    }
}

diesel::table! {
    poverty_reviews (id) {
        id -> Uuid,
        person_id -> Uuid,
        status_id -> Uuid,
        asked_by -> Uuid,
        asked_at -> Timestamptz,
        answered_by -> Nullable<Uuid>,
        answered_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    family_links (id) {
        id -> Uuid,
        family_id -> Uuid,
        worker_id -> Uuid,
        relation -> Text,
        recorded_by -> Uuid,
        recorded_at -> Timestamptz,
        withdrawn_at -> Nullable<Timestamptz>,
        withdrawn_by -> Nullable<Uuid>,
        withdrawn_for -> Nullable<Uuid>,
        version -> Integer,
    }
}

diesel::table! {
    family_consents (id) {
        id -> Uuid,
        link_id -> Uuid,
        person_id -> Uuid,
        given_on -> Date,
        how -> Text,
        guardian -> Nullable<Text>,
    }
}

diesel::table! {
    re_departures (id) {
        id -> Uuid,
        episode_id -> Uuid,
        state -> Text,
        left_on -> Nullable<Date>,
        left_precision -> Nullable<Text>,
        country -> Nullable<Text>,
        channel -> Nullable<Text>,
        ground -> Nullable<Text>,
        recorded_by -> Uuid,
        recorded_at -> Timestamptz,
        withdrawn_at -> Nullable<Timestamptz>,
        withdrawn_by -> Nullable<Uuid>,
        withdrawn_because -> Nullable<Text>,
        version -> Integer,
    }
}

diesel::table! {
    return_rights (id) {
        id -> Uuid,
        episode_id -> Uuid,
        scheme -> Text,
        name -> Nullable<Text>,
        until_on -> Nullable<Date>,
        condition -> Text,
        source -> Nullable<Text>,
        recorded_by -> Uuid,
        recorded_at -> Timestamptz,
        withdrawn_at -> Nullable<Timestamptz>,
        withdrawn_by -> Nullable<Uuid>,
        version -> Integer,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    household_members,
    household_facts,
    poverty_statuses,
    poverty_reviews,
    family_links,
    family_consents,
    re_departures,
    return_rights,
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
    duplicate_suspicions,
    episodes,
    episode_facts,
    regularities,
    labour_migrations,
    residence_notices,
    cases,
    shares,
    hand_overs,
    screenings,
    private_talks,
    services,
    case_notes,
    bulk_cases,
    exports,
    export_cases,
    export_pieces,
    duty_shifts,
    duty_tries,
    contact_attempts,
    lost_contacts,
    holidays,
    first_contacts,
    instruments,
    assessments,
    assessment_answers,
    providers,
    plans,
    plan_returns,
    plan_goals,
    plan_interventions,
    closures,
    slip_batches,
    slips,
    information_contacts,
    outreach_sessions,
    manifests,
    manifest_rows,
    imports,
    import_parts,
    import_rows
);
diesel::joinable!(access_requests -> persons (person_id));
diesel::joinable!(access_requests -> organisations (organisation_id));
diesel::joinable!(episodes -> persons (person_id));
diesel::joinable!(cases -> episodes (episode_id));
diesel::joinable!(services -> cases (case_id));
diesel::joinable!(plans -> cases (case_id));
diesel::joinable!(assessments -> cases (case_id));
diesel::joinable!(screenings -> cases (case_id));
diesel::joinable!(bulk_cases -> cases (case_id));
diesel::joinable!(hand_overs -> cases (case_id));

// Manifests: who is said to be on a flight.
diesel::table! {
    manifests (id) {
        id -> Uuid,
        flight -> Text,
        arrives_on -> Date,
        desk_id -> Uuid,
        previous_country -> Nullable<Text>,
        made_by -> Uuid,
        made_at -> Timestamptz,
        expires_on -> Date,
        closed_at -> Nullable<Timestamptz>,
        closed_by -> Nullable<Uuid>,
        version -> Integer,
    }
}

diesel::table! {
    manifest_rows (id) {
        id -> Uuid,
        manifest_id -> Uuid,
        number -> Integer,
        announced -> Bool,
        state -> Text,
        name -> Nullable<Text>,
        sex -> Nullable<Text>,
        birth_date -> Nullable<Date>,
        birth_precision -> Nullable<Text>,
        document_kind -> Nullable<Text>,
        document_country -> Nullable<Text>,
        number_sealed -> Nullable<Binary>,
        number_index -> Nullable<Text>,
        number_key -> Nullable<Integer>,
        phone -> Nullable<Text>,
        episode_id -> Nullable<Uuid>,
        seen_at -> Nullable<Timestamptz>,
        seen_by -> Nullable<Uuid>,
        made_person -> Bool,
        looked_for_at -> Nullable<Timestamptz>,
        looked_for_by -> Nullable<Uuid>,
        erased_at -> Nullable<Timestamptz>,
        version -> Integer,
    }
}
diesel::joinable!(manifest_rows -> manifests (manifest_id));

// Imports: files on their way to a manifest.
diesel::table! {
    imports (id) {
        id -> Uuid,
        desk_id -> Uuid,
        kind -> Text,
        flight -> Nullable<Text>,
        arrives_on -> Nullable<Date>,
        previous_country -> Nullable<Text>,
        file_name -> Text,
        file_hash -> Text,
        format -> Text,
        encoding -> Nullable<Text>,
        separator -> Nullable<Text>,
        sheet -> Nullable<Text>,
        layout -> Jsonb,
        dropped -> Array<Text>,
        dates -> Nullable<Text>,
        state -> Text,
        stopped -> Bool,
        rows -> Integer,
        staged -> Integer,
        reached -> Integer,
        manifest_id -> Nullable<Uuid>,
        made_by -> Uuid,
        made_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        expires_on -> Date,
        version -> Integer,
    }
}

diesel::table! {
    import_parts (id) {
        id -> Uuid,
        import_id -> Uuid,
        number -> Integer,
        bytes -> Binary,
    }
}

diesel::table! {
    import_rows (id) {
        id -> Uuid,
        import_id -> Uuid,
        number -> Integer,
        cells -> Array<Text>,
        problems -> Jsonb,
        state -> Text,
        fingerprint -> Text,
        episode_id -> Nullable<Uuid>,
        manifest_id -> Nullable<Uuid>,
        contract_id -> Nullable<Uuid>,
    }
}

// Contracts of workers who left, and whoever may be back.
diesel::allow_tables_to_appear_in_same_query!(contact_tasks, users);
diesel::table! {
    contract_departures (id) {
        id -> Uuid,
        office_id -> Uuid,
        brought_by -> Uuid,
        brought_at -> Timestamptz,
        once -> Text,
        fingerprint -> Text,
        name -> Nullable<Text>,
        sex -> Nullable<Text>,
        birth_date -> Nullable<Date>,
        birth_precision -> Nullable<Text>,
        phone -> Nullable<Text>,
        province_code -> Nullable<Text>,
        address -> Nullable<Text>,
        country -> Text,
        channel -> Nullable<Text>,
        left_on -> Nullable<Date>,
        contract_start -> Date,
        contract_end -> Nullable<Date>,
        activity -> Nullable<Text>,
        occupation -> Nullable<Text>,
        sender -> Nullable<Text>,
        employer -> Nullable<Text>,
        education_level -> Nullable<Text>,
        recruitment_cost -> Nullable<BigInt>,
        wage -> Nullable<BigInt>,
        wage_currency -> Nullable<Text>,
        compared_at -> Nullable<Timestamptz>,
        erased_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    episode_contracts (id) {
        id -> Uuid,
        episode_id -> Uuid,
        contract_id -> Uuid,
        country -> Text,
        channel -> Nullable<Text>,
        activity -> Nullable<Text>,
        occupation -> Nullable<Text>,
        sender -> Nullable<Text>,
        employer -> Nullable<Text>,
        contract_start -> Date,
        contract_end -> Nullable<Date>,
        recruitment_cost -> Nullable<BigInt>,
        wage -> Nullable<BigInt>,
        wage_currency -> Nullable<Text>,
        fed_at -> Timestamptz,
    }
}

diesel::table! {
    contact_tasks (id) {
        id -> Uuid,
        kind -> Text,
        contract_id -> Nullable<Uuid>,
        episode_id -> Nullable<Uuid>,
        office_id -> Uuid,
        province_code -> Text,
        commune_code -> Text,
        given_to -> Text,
        accountable_id -> Uuid,
        due_on -> Date,
        note -> Nullable<Text>,
        made_by -> Uuid,
        made_at -> Timestamptz,
        outcome -> Nullable<Text>,
        outcome_note -> Nullable<Text>,
        closed_by -> Nullable<Uuid>,
        closed_at -> Nullable<Timestamptz>,
        version -> Integer,
    }
}

// Statistics.
diesel::allow_tables_to_appear_in_same_query!(releases, published_cells);
diesel::table! {
    releases (id) {
        id -> Uuid,
        table_number -> Integer,
        year -> Integer,
        revision -> Integer,
        state -> Text,
        note -> Nullable<Text>,
        as_of -> Timestamptz,
        threshold -> Integer,
        residence_months -> Integer,
        rules -> Text,
        inputs_digest -> Text,
        prepared_by -> Uuid,
        prepared_at -> Timestamptz,
        protected_by -> Nullable<Uuid>,
        protected_at -> Nullable<Timestamptz>,
        approved_by -> Nullable<Uuid>,
        approved_at -> Nullable<Timestamptz>,
        published_by -> Nullable<Uuid>,
        published_at -> Nullable<Timestamptz>,
        withdrawn_by -> Nullable<Uuid>,
        withdrawn_at -> Nullable<Timestamptz>,
        shorter_stays -> Nullable<Integer>,
        at_least -> Nullable<Integer>,
        digest -> Nullable<Text>,
        version -> Integer,
    }
}

diesel::table! {
    published_cells (release_id, country, sex) {
        release_id -> Uuid,
        country -> Text,
        sex -> Text,
        value -> Nullable<Integer>,
    }
}
diesel::allow_tables_to_appear_in_same_query!(computers, users);

diesel::table! {
    skill_grades (code) {
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
    skills (id) {
        id -> Uuid,
        person_id -> Uuid,
        kind -> Text,
        occupation -> Nullable<Text>,
        name -> Nullable<Text>,
        soft -> Nullable<Text>,
        language -> Nullable<Text>,
        grade -> Nullable<Text>,
        months -> Nullable<Integer>,
        country -> Nullable<Text>,
        employer -> Nullable<Text>,
        source -> Text,
        recorded_by -> Uuid,
        recorded_at -> Timestamptz,
        withdrawn_at -> Nullable<Timestamptz>,
        withdrawn_by -> Nullable<Uuid>,
        version -> Integer,
    }
}

diesel::table! {
    skill_evidence (id) {
        id -> Uuid,
        skill_id -> Uuid,
        attachment_id -> Uuid,
        added_by -> Uuid,
        added_at -> Timestamptz,
    }
}

diesel::table! {
    assessors (id) {
        id -> Uuid,
        name -> Text,
        accreditation -> Text,
        occupations -> Array<Text>,
        province_code -> Nullable<Text>,
        valid_from -> Date,
        valid_until -> Date,
        phone -> Nullable<Text>,
        kept_by -> Uuid,
        written_by -> Uuid,
        written_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        version -> Integer,
    }
}

diesel::table! {
    recognitions (id) {
        id -> Uuid,
        case_id -> Uuid,
        occupation -> Text,
        level -> SmallInt,
        state -> Text,
        asked_by -> Uuid,
        asked_at -> Timestamptz,
        version -> Integer,
    }
}

diesel::table! {
    recognition_skills (id) {
        id -> Uuid,
        recognition_id -> Uuid,
        skill_id -> Uuid,
        result -> Nullable<SmallInt>,
        gap -> Nullable<Text>,
    }
}

diesel::table! {
    recognition_steps (id) {
        id -> Uuid,
        recognition_id -> Uuid,
        number -> Integer,
        step -> Text,
        words -> Nullable<Text>,
        assessor_id -> Nullable<Uuid>,
        meets_at -> Nullable<Timestamptz>,
        place -> Nullable<Text>,
        level -> Nullable<SmallInt>,
        made_by -> Uuid,
        made_at -> Timestamptz,
    }
}

diesel::table! {
    certificates (id) {
        id -> Uuid,
        code -> Text,
        recognition_id -> Uuid,
        issued_at -> Timestamptz,
        issued_by -> Uuid,
        content -> Text,
        signature -> Binary,
        key_id -> Integer,
        shows -> Array<Text>,
        shown_by -> Nullable<Uuid>,
        revoked_at -> Nullable<Timestamptz>,
        revoked_by -> Nullable<Uuid>,
        revoked_because -> Nullable<Text>,
        version -> Integer,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    skills,
    skill_evidence,
    assessors,
    recognitions,
    recognition_skills,
    recognition_steps,
    certificates,
    attachments
);

diesel::allow_tables_to_appear_in_same_query!(attachments, cases);
diesel::allow_tables_to_appear_in_same_query!(attachments, episodes);
diesel::allow_tables_to_appear_in_same_query!(attachment_removals, cases);
diesel::allow_tables_to_appear_in_same_query!(attachment_removals, episodes);
diesel::allow_tables_to_appear_in_same_query!(skill_evidence, cases);
diesel::allow_tables_to_appear_in_same_query!(skills, persons);
diesel::allow_tables_to_appear_in_same_query!(skills, cases);
diesel::allow_tables_to_appear_in_same_query!(skills, episodes);

diesel::table! {
    employers (id) {
        id -> Uuid,
        name -> Text,
        tax_code -> Nullable<Text>,
        invested_from -> Nullable<Text>,
        province_code -> Text,
        commune_code -> Nullable<Text>,
        address -> Nullable<Text>,
        contact -> Nullable<Text>,
        phone -> Nullable<Text>,
        willing -> Text,
        kept_by -> Uuid,
        written_by -> Uuid,
        written_at -> Timestamptz,
        version -> Integer,
    }
}

diesel::table! {
    vacancies (id) {
        id -> Uuid,
        employer_id -> Uuid,
        title -> Text,
        occupation -> Text,
        seats -> Integer,
        province_code -> Nullable<Text>,
        commune_code -> Nullable<Text>,
        country -> Nullable<Text>,
        permit -> Nullable<Text>,
        rural -> Bool,
        wage_from -> Nullable<BigInt>,
        wage_to -> Nullable<BigInt>,
        hours -> Nullable<Integer>,
        formal -> Bool,
        night -> Bool,
        housing -> Bool,
        language -> Nullable<Text>,
        cefr -> Nullable<Text>,
        language_must -> Bool,
        months -> Nullable<Integer>,
        level -> Nullable<SmallInt>,
        level_must -> Bool,
        adults_only -> Nullable<Text>,
        closes_on -> Date,
        about -> Nullable<Text>,
        kept_by -> Uuid,
        written_by -> Uuid,
        written_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        ended_because -> Nullable<Text>,
        version -> Integer,
        changed -> BigInt,
    }
}

diesel::table! {
    job_searches (id) {
        id -> Uuid,
        case_id -> Uuid,
        looking -> Bool,
        wanted -> Array<Text>,
        provinces -> Array<Text>,
        abroad -> Bool,
        kilometres -> Nullable<Integer>,
        wage_least -> Nullable<BigInt>,
        wage_before -> Nullable<BigInt>,
        hours -> Text,
        night -> Bool,
        must -> Array<Text>,
        words -> Nullable<Text>,
        written_by -> Uuid,
        written_at -> Timestamptz,
        version -> Integer,
    }
}

diesel::table! {
    match_choices (id) {
        id -> Uuid,
        case_id -> Uuid,
        vacancy_id -> Uuid,
        choice -> Text,
        because -> Nullable<Text>,
        words -> Nullable<Text>,
        shown -> Array<Uuid>,
        made_by -> Uuid,
        made_at -> Timestamptz,
    }
}

diesel::table! {
    referrals (id) {
        id -> Uuid,
        case_id -> Uuid,
        vacancy_id -> Uuid,
        state -> Text,
        agreed -> Bool,
        made_by -> Uuid,
        made_at -> Timestamptz,
        version -> Integer,
    }
}

diesel::table! {
    referral_steps (id) {
        id -> Uuid,
        referral_id -> Uuid,
        number -> Integer,
        step -> Text,
        words -> Nullable<Text>,
        meets_at -> Nullable<Timestamptz>,
        place -> Nullable<Text>,
        wage -> Nullable<BigInt>,
        because -> Nullable<Text>,
        made_by -> Uuid,
        made_at -> Timestamptz,
    }
}

diesel::table! {
    placements (id) {
        id -> Uuid,
        case_id -> Uuid,
        referral_id -> Nullable<Uuid>,
        employer -> Text,
        occupation -> Text,
        province_code -> Nullable<Text>,
        country -> Nullable<Text>,
        started_on -> Date,
        written_by -> Uuid,
        written_at -> Timestamptz,
    }
}

diesel::table! {
    placement_checks (id) {
        id -> Uuid,
        placement_id -> Uuid,
        number -> Integer,
        found -> Text,
        wage -> Nullable<BigInt>,
        hours -> Nullable<Integer>,
        more_hours -> Nullable<Text>,
        below -> Nullable<Text>,
        formal -> Nullable<Text>,
        uses_skills -> Nullable<Text>,
        far -> Nullable<Text>,
        left_because -> Nullable<Text>,
        words -> Nullable<Text>,
        made_by -> Uuid,
        made_on -> Date,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    employers,
    vacancies,
    job_searches,
    match_choices,
    referrals,
    referral_steps,
    placements,
    placement_checks
);

diesel::allow_tables_to_appear_in_same_query!(job_searches, cases);
diesel::allow_tables_to_appear_in_same_query!(job_searches, episodes);
diesel::allow_tables_to_appear_in_same_query!(job_searches, persons);
diesel::allow_tables_to_appear_in_same_query!(referrals, cases);
diesel::allow_tables_to_appear_in_same_query!(referrals, episodes);
diesel::allow_tables_to_appear_in_same_query!(referrals, persons);
diesel::allow_tables_to_appear_in_same_query!(placements, cases);
diesel::allow_tables_to_appear_in_same_query!(placements, episodes);
diesel::allow_tables_to_appear_in_same_query!(placements, persons);
diesel::allow_tables_to_appear_in_same_query!(placement_checks, cases);
diesel::allow_tables_to_appear_in_same_query!(placement_checks, episodes);
diesel::allow_tables_to_appear_in_same_query!(placement_checks, persons);

diesel::table! {
    training_requests (id) {
        id -> Uuid,
        employer_id -> Uuid,
        occupation -> Text,
        level -> Nullable<SmallInt>,
        people -> Integer,
        needed_on -> Date,
        hires -> Bool,
        words -> Nullable<Text>,
        kept_by -> Uuid,
        written_by -> Uuid,
        written_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        ended_because -> Nullable<Text>,
        version -> Integer,
    }
}

diesel::table! {
    courses (id) {
        id -> Uuid,
        provider_id -> Uuid,
        title -> Text,
        kind -> Text,
        occupation -> Nullable<Text>,
        level -> Nullable<SmallInt>,
        language -> Nullable<Text>,
        online -> Bool,
        province_code -> Nullable<Text>,
        commune_code -> Nullable<Text>,
        country -> Nullable<Text>,
        address -> Nullable<Text>,
        starts_on -> Date,
        ends_on -> Date,
        enrol_until -> Date,
        timetable -> Nullable<Text>,
        hours -> Nullable<Integer>,
        seats -> Integer,
        fee -> Nullable<BigInt>,
        request_id -> Nullable<Uuid>,
        about -> Nullable<Text>,
        kept_by -> Uuid,
        written_by -> Uuid,
        written_at -> Timestamptz,
        cancelled_at -> Nullable<Timestamptz>,
        cancelled_because -> Nullable<Text>,
        version -> Integer,
    }
}

diesel::table! {
    course_enrolments (id) {
        id -> Uuid,
        course_id -> Uuid,
        case_id -> Uuid,
        paid_by -> Text,
        state -> Text,
        ended_on -> Nullable<Date>,
        because -> Nullable<Text>,
        paper -> Nullable<Text>,
        words -> Nullable<Text>,
        made_by -> Uuid,
        made_at -> Timestamptz,
        version -> Integer,
    }
}

diesel::table! {
    course_attendance (id) {
        id -> Uuid,
        enrolment_id -> Uuid,
        held_on -> Date,
        there -> Text,
        made_by -> Uuid,
        made_at -> Timestamptz,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    training_requests,
    courses,
    course_enrolments,
    course_attendance,
    employers,
    providers
);
diesel::allow_tables_to_appear_in_same_query!(course_enrolments, cases);
diesel::allow_tables_to_appear_in_same_query!(course_enrolments, episodes);
diesel::allow_tables_to_appear_in_same_query!(course_enrolments, persons);
diesel::allow_tables_to_appear_in_same_query!(courses, cases);
diesel::allow_tables_to_appear_in_same_query!(courses, episodes);
diesel::allow_tables_to_appear_in_same_query!(courses, persons);

diesel::table! {
    counselling_sessions (id) {
        id -> Uuid,
        case_id -> Uuid,
        held_on -> Date,
        way -> Text,
        minutes -> Nullable<Integer>,
        goals -> Text,
        barriers -> Array<Text>,
        barriers_words -> Nullable<Text>,
        words -> Nullable<Text>,
        next_on -> Nullable<Date>,
        written_by -> Uuid,
        written_at -> Timestamptz,
        version -> Integer,
    }
}

diesel::table! {
    counselling_actions (id) {
        id -> Uuid,
        session_id -> Uuid,
        what -> Text,
        who -> Text,
        until -> Nullable<Date>,
        state -> Text,
        ended_on -> Nullable<Date>,
        written_by -> Uuid,
        written_at -> Timestamptz,
        version -> Integer,
    }
}

diesel::table! {
    employer_incentives (id) {
        id -> Uuid,
        employer_id -> Uuid,
        kind -> Text,
        words -> Text,
        amount -> Nullable<BigInt>,
        asked_on -> Date,
        state -> Text,
        basis -> Nullable<Text>,
        decided_on -> Nullable<Date>,
        valid_until -> Nullable<Date>,
        kept_by -> Uuid,
        written_by -> Uuid,
        written_at -> Timestamptz,
        version -> Integer,
    }
}

diesel::table! {
    discrimination_complaints (id) {
        id -> Uuid,
        case_id -> Uuid,
        against -> Text,
        employer_id -> Nullable<Uuid>,
        referral_id -> Nullable<Uuid>,
        stage -> Text,
        grounds -> Array<Text>,
        happened_on -> Date,
        words -> Text,
        wants -> Nullable<Text>,
        agreed -> Bool,
        state -> Text,
        made_by -> Uuid,
        made_at -> Timestamptz,
        version -> Integer,
    }
}

diesel::table! {
    complaint_steps (id) {
        id -> Uuid,
        complaint_id -> Uuid,
        number -> Integer,
        step -> Text,
        body -> Nullable<Text>,
        happened_on -> Date,
        words -> Nullable<Text>,
        made_by -> Uuid,
        made_at -> Timestamptz,
    }
}

diesel::table! {
    job_fairs (id) {
        id -> Uuid,
        title -> Text,
        held_on -> Date,
        hours -> Text,
        mobile -> Bool,
        province_code -> Text,
        commune_code -> Nullable<Text>,
        address -> Text,
        about -> Nullable<Text>,
        came -> Nullable<Integer>,
        returnees -> Nullable<Integer>,
        interviewed -> Nullable<Integer>,
        hired -> Nullable<Integer>,
        kept_by -> Uuid,
        written_by -> Uuid,
        written_at -> Timestamptz,
        cancelled_at -> Nullable<Timestamptz>,
        cancelled_because -> Nullable<Text>,
        version -> Integer,
    }
}

diesel::table! {
    fair_employers (id) {
        id -> Uuid,
        fair_id -> Uuid,
        employer_id -> Uuid,
        seats -> Integer,
        written_by -> Uuid,
        written_at -> Timestamptz,
    }
}

diesel::table! {
    fair_visits (id) {
        id -> Uuid,
        fair_id -> Uuid,
        case_id -> Uuid,
        state -> Text,
        made_by -> Uuid,
        made_at -> Timestamptz,
    }
}

diesel::allow_tables_to_appear_in_same_query!(job_fairs, fair_visits);

diesel::table! {
    care_files (id) {
        id -> Uuid,
        case_id -> Uuid,
        office_id -> Uuid,
        shows -> Bool,
        record_key -> Binary,
        plan_key -> Binary,
        opened_by -> Uuid,
        opened_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        version -> Integer,
    }
}

diesel::table! {
    care_records (id) {
        id -> Uuid,
        file_id -> Uuid,
        replaces -> Nullable<Uuid>,
        sealed -> Binary,
        written_by -> Uuid,
        written_at -> Timestamptz,
    }
}

diesel::table! {
    care_plans (id) {
        id -> Uuid,
        file_id -> Uuid,
        replaces -> Nullable<Uuid>,
        sealed -> Binary,
        written_by -> Uuid,
        written_at -> Timestamptz,
    }
}

diesel::table! {
    care_tasks (id) {
        id -> Uuid,
        file_id -> Uuid,
        record_id -> Nullable<Uuid>,
        due_at -> Timestamptz,
        watched -> Bool,
        told -> Integer,
        opened_at -> Timestamptz,
        done_at -> Nullable<Timestamptz>,
        done_by -> Nullable<Uuid>,
        referral_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    care_referrals (id) {
        id -> Uuid,
        file_id -> Uuid,
        office_id -> Nullable<Uuid>,
        state -> Text,
        letter_key -> Binary,
        sealed -> Binary,
        made_by -> Uuid,
        made_at -> Timestamptz,
        sent_at -> Nullable<Timestamptz>,
        answer_by -> Nullable<Date>,
        expires_on -> Date,
        asked -> Integer,
        version -> Integer,
    }
}

diesel::table! {
    care_referral_steps (id) {
        id -> Uuid,
        referral_id -> Uuid,
        number -> Integer,
        step -> Text,
        happened_on -> Date,
        words -> Nullable<Binary>,
        made_by -> Uuid,
        made_at -> Timestamptz,
    }
}

diesel::table! {
    scale_cuts (scale, part, population, advice, valid_from) {
        scale -> Text,
        part -> Text,
        population -> Text,
        advice -> Text,
        cut -> Integer,
        source -> Text,
        valid_from -> Date,
    }
}

diesel::table! {
    protection_contacts (id) {
        id -> Uuid,
        country_code -> Text,
        kind -> Text,
        name -> Text,
        phone -> Nullable<Text>,
        address -> Nullable<Text>,
        hours -> Nullable<Text>,
        languages -> Nullable<Text>,
        about -> Nullable<Text>,
        source -> Text,
        verified_on -> Date,
        valid_until -> Date,
        written_by -> Uuid,
        written_at -> Timestamptz,
        version -> Integer,
    }
}
