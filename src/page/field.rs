//! Fields of forms, compiled once.
//!
//! An askama macro is compiled again at every call, and forms of thirty fields made the crate half a minute slower to
//! build; so the macros of `templates/parts/form.html` call these filters, and they render `templates/parts/fields.html`.

use askama::filters::Safe;
use askama::{Template, Values};

use super::filters;
use crate::base::form::{Choice, Filled};

/// Everything that any kind of field may say; what a kind does not have is empty.
#[derive(Template)]
#[template(path = "parts/field.html")]
struct Field<'a> {
    what: &'static str,
    f: &'a Filled,
    name: &'a str,
    label: &'a str,
    hint: &'a str,
    options: &'a [Choice],
    width: usize,
    autocomplete: &'a str,
    inputmode: &'a str,
    kind: &'a str,
    spellcheck: &'a str,
    suffix: &'a str,
    classes: &'a str,
    attributes: &'a str,
    blank: &'a str,
    list: &'a str,
    within: &'a str,
    small: bool,
    inline: bool,
}

impl<'a> Field<'a> {
    fn new(
        what: &'static str,
        f: &'a Filled,
        name: &'a str,
        label: &'a str,
        hint: &'a str,
        classes: &'a str,
    ) -> Field<'a> {
        Field {
            what,
            f,
            name,
            label,
            hint,
            classes,
            options: &[],
            width: 0,
            autocomplete: "",
            inputmode: "",
            kind: "text",
            spellcheck: "",
            suffix: "",
            attributes: "",
            blank: "",
            list: "",
            within: "",
            small: false,
            inline: false,
        }
    }

    fn drawn(self, values: &dyn Values) -> askama::Result<Safe<String>> {
        self.render_with_values(&values).map(Safe)
    }
}

#[askama::filter_fn]
#[expect(clippy::too_many_arguments, reason = "as many as the macro that calls it")]
pub fn text_field(
    f: &Filled,
    values: &dyn Values,
    name: &str,
    label: &str,
    hint: &str,
    width: &usize,
    autocomplete: &str,
    inputmode: &str,
    kind: &str,
    spellcheck: &str,
    suffix: &str,
    classes: &str,
    attributes: &str,
) -> askama::Result<Safe<String>> {
    let field = Field::new("text", f, name, label, hint, classes);
    Field { width: *width, autocomplete, inputmode, kind, spellcheck, suffix, attributes, ..field }.drawn(values)
}

#[askama::filter_fn]
#[expect(clippy::too_many_arguments, reason = "as many as the macro that calls it")]
pub fn area_field(
    f: &Filled,
    values: &dyn Values,
    name: &str,
    label: &str,
    hint: &str,
    rows: &usize,
    classes: &str,
    attributes: &str,
) -> askama::Result<Safe<String>> {
    Field { width: *rows, attributes, ..Field::new("area", f, name, label, hint, classes) }.drawn(values)
}

#[askama::filter_fn]
#[expect(clippy::too_many_arguments, reason = "as many as the macro that calls it")]
pub fn select_field(
    f: &Filled,
    values: &dyn Values,
    name: &str,
    label: &str,
    hint: &str,
    options: &[Choice],
    blank: &str,
    classes: &str,
) -> askama::Result<Safe<String>> {
    Field { options, blank, ..Field::new("select", f, name, label, hint, classes) }.drawn(values)
}

#[askama::filter_fn]
#[expect(clippy::too_many_arguments, reason = "as many as the macro that calls it")]
pub fn radios_field(
    f: &Filled,
    values: &dyn Values,
    name: &str,
    label: &str,
    hint: &str,
    options: &[Choice],
    small: &bool,
    inline: &bool,
    classes: &str,
) -> askama::Result<Safe<String>> {
    Field { options, small: *small, inline: *inline, ..Field::new("radios", f, name, label, hint, classes) }
        .drawn(values)
}

#[askama::filter_fn]
#[expect(clippy::too_many_arguments, reason = "as many as the macro that calls it")]
pub fn checkboxes_field(
    f: &Filled,
    values: &dyn Values,
    name: &str,
    label: &str,
    hint: &str,
    options: &[Choice],
    small: &bool,
    classes: &str,
) -> askama::Result<Safe<String>> {
    Field { options, small: *small, ..Field::new("checkboxes", f, name, label, hint, classes) }.drawn(values)
}

#[askama::filter_fn]
pub fn check_field(
    f: &Filled,
    values: &dyn Values,
    name: &str,
    label: &str,
    hint: &str,
    small: &bool,
) -> askama::Result<Safe<String>> {
    Field { small: *small, ..Field::new("check", f, name, label, hint, "") }.drawn(values)
}

#[askama::filter_fn]
pub fn date_field(
    f: &Filled,
    values: &dyn Values,
    name: &str,
    label: &str,
    hint: &str,
    classes: &str,
) -> askama::Result<Safe<String>> {
    Field::new("date", f, name, label, hint, classes).drawn(values)
}

#[askama::filter_fn]
#[expect(clippy::too_many_arguments, reason = "as many as the macro that calls it")]
pub fn typeahead_field(
    f: &Filled,
    values: &dyn Values,
    name: &str,
    label: &str,
    hint: &str,
    list: &str,
    within: &str,
    width: &usize,
    classes: &str,
) -> askama::Result<Safe<String>> {
    Field { list, within, width: *width, ..Field::new("typeahead", f, name, label, hint, classes) }.drawn(values)
}
