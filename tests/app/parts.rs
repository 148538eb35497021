//! The macros of `templates/parts/govuk.html` against the fixtures of the package they follow: same options, same DOM.
//! After an upgrade of the package this says which macro no longer gives what the style sheet and the script expect.

use std::collections::BTreeSet;
use std::fmt::{self, Write};

use askama::Template;
use scraper::{ElementRef, Html, Node};
use serde_json::Value;

// Options of a fixture, as templates ask for them; paths such as "label.text".

struct Options<'a>(&'a Value);

impl<'a> Options<'a> {
    fn at(&self, path: &str) -> &'a Value {
        path.split('.').filter(|step| !step.is_empty()).fold(self.0, |value, step| &value[step])
    }

    fn flag(&self, path: &str) -> bool {
        truthy(self.at(path))
    }

    fn str(&self, path: &str) -> String {
        match self.at(path) {
            Value::String(text) => text.clone(),
            Value::Null | Value::Bool(false) => String::new(),
            other => other.to_string(),
        }
    }

    /// The value of a control, which may be `false`.
    fn value(&self) -> String {
        if self.0["value"] == Value::Bool(false) { "false".into() } else { self.str("value") }
    }

    fn or(&self, path: &str, otherwise: &str) -> String {
        if self.flag(path) { self.str(path) } else { self.str(otherwise) }
    }

    fn with_default(&self, path: &str, otherwise: &str) -> String {
        if self.flag(path) { self.str(path) } else { otherwise.to_owned() }
    }

    /// What stands there as `html`, else as `text`.
    fn words(&self, path: &str) -> Words {
        let Options(inner) = Options(self.at(path));
        words(&inner["html"], &inner["text"])
    }

    /// The same where the options are called `titleHtml` and `titleText`.
    fn titled(&self, name: &str) -> Words {
        words(&self.0[format!("{name}Html")], &self.0[format!("{name}Text")])
    }

    fn list(&self, path: &str) -> Vec<Options<'a>> {
        self.at(path)
            .as_array()
            .into_iter()
            .flatten()
            .filter(|item| truthy(item) && **item != Value::Object(Default::default()))
            .map(Options)
            .collect()
    }

    /// As the macros take further attributes.
    fn attributes(&self, path: &str) -> String {
        let mut html = String::new();
        for (name, value) in self.at(path).as_object().into_iter().flatten() {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            html += &format!(r#" {name}="{}""#, escaped(&value));
        }
        html
    }

    /// The same, with options the macros leave to further attributes.
    fn attributes_and(&self, names: &str) -> String {
        let mut html = self.attributes("attributes");
        for name in names.split(' ').filter(|name| self.flag(name)) {
            let value = if self.at(name).is_boolean() { String::new() } else { self.str(name) };
            html += &format!(r#" {name}="{}""#, escaped(&value));
        }
        html
    }

    /// Radios and checkboxes: id, checked, and what describes an item that no fieldset describes.
    fn items(&self, chosen: &str) -> Vec<Item<'a>> {
        let prefix = self.or("idPrefix", "name");
        let mut around = self.or("fieldset.describedBy", "describedBy");
        for (path, end) in [("hint", "hint"), ("errorMessage", "error")] {
            if self.flag(path) {
                around = format!("{around} {prefix}-{end}").trim().to_owned();
            }
        }
        let chosen: Vec<&Value> = match self.at(chosen) {
            Value::Array(values) => values.iter().collect(),
            Value::Null => Vec::new(),
            value => vec![value],
        };
        let items = self.at("items").as_array().into_iter().flatten().enumerate().filter(|(_, item)| truthy(item));
        items
            .map(|(at, item)| {
                let o = Options(item);
                let number = if at == 0 { String::new() } else { format!("-{}", at + 1) };
                Item {
                    id: o.with_default("id", &format!("{prefix}{number}")),
                    name: o.with_default("name", &self.str("name")),
                    checked: o.flag("checked")
                        || (item["checked"] != Value::Bool(false) && chosen.contains(&&item["value"])),
                    described_by: if self.flag("fieldset") { String::new() } else { around.clone() },
                    o,
                }
            })
            .collect()
    }
}

struct Item<'a> {
    id: String,
    name: String,
    checked: bool,
    described_by: String,
    o: Options<'a>,
}

fn truthy(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false)) && value != "" && value != 0
}

fn escaped(text: &str) -> String {
    let mut html = String::new();
    for c in text.chars() {
        match c {
            '&' => html += "&amp;",
            '<' => html += "&lt;",
            '>' => html += "&gt;",
            '"' => html += "&quot;",
            c => html.push(c),
        }
    }
    html
}

/// Words ready for a page, as `…|safe` is.
struct Words(String);

fn words(html: &Value, text: &Value) -> Words {
    match html.as_str().filter(|html| !html.is_empty()) {
        Some(html) => Words(html.trim().to_owned()),
        None => Words(escaped(text.as_str().unwrap_or_default())),
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::FastWritable for Words {
    fn write_into(&self, page: &mut dyn Write, _: &dyn askama::Values) -> askama::Result<()> {
        Ok(page.write_str(&self.0)?)
    }
}

impl askama::filters::HtmlSafe for Words {}

// Comparing

/// The tree as text, without what means nothing: the order of attributes and classes, white space.
fn normal(html: &str) -> String {
    fn write(element: ElementRef<'_>, depth: usize, out: &mut String) {
        for child in element.children() {
            match child.value() {
                Node::Text(text) => {
                    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                    if !text.is_empty() {
                        writeln!(out, "{:depth$}{text}", "").unwrap();
                    }
                }
                Node::Element(inside) => {
                    let attributes: BTreeSet<String> = inside
                        .attrs()
                        .map(|(name, value)| {
                            let mut tokens: Vec<&str> = value.split_whitespace().collect();
                            if name == "class" {
                                tokens.sort_unstable();
                                tokens.dedup();
                            }
                            format!("{name}={:?}", tokens.join(" "))
                        })
                        .collect();
                    writeln!(
                        out,
                        "{:depth$}<{} {}>",
                        "",
                        inside.name(),
                        attributes.into_iter().collect::<Vec<_>>().join(" ")
                    )
                    .unwrap();
                    write(ElementRef::wrap(child).unwrap(), depth + 1, out);
                }
                _ => {}
            }
        }
    }
    let mut out = String::new();
    write(Html::parse_fragment(html).root_element(), 0, &mut out);
    out
}

/// Every option's path in the fixture, with "…=false" if it is set to that and "…[2]" if it holds several;
/// what is in `attributes` is not looked at.
fn paths(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) if !path.ends_with("attributes") => {
            for (name, value) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                paths(value, &path, found);
                found.insert(path);
            }
        }
        Value::Array(items) => {
            if items.len() > 1 {
                found.insert(format!("{path}[2]"));
            }
            for item in items {
                paths(item, &format!("{path}[]"), found);
            }
        }
        Value::Bool(false) => drop(found.insert(format!("{path}=false"))),
        _ => {}
    }
}

/// Compares every fixture that uses none of the `unsupported` options ("called …" is a fixture by its name),
/// and at least so many.
fn compare(component: &str, unsupported: &[&str], at_least: usize, render: impl Fn(Options<'_>) -> String) {
    let file = format!(
        "{}/node_modules/govuk-frontend/dist/govuk/components/{component}/fixtures.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{file}: {e}; run scripts/assets first"));
    let fixtures: Value = serde_json::from_str(&text).unwrap();
    let mut unseen: BTreeSet<&str> = unsupported.iter().copied().collect();
    let mut compared = 0;
    let mut differing = String::new();
    for fixture in fixtures["fixtures"].as_array().unwrap() {
        let mut used = BTreeSet::from([format!("called {}", fixture["name"].as_str().unwrap())]);
        paths(&fixture["options"], "", &mut used);
        unseen.retain(|path| !used.contains(*path));
        if used.iter().any(|path| unsupported.contains(&path.as_str())) {
            continue;
        }
        let wanted = normal(fixture["html"].as_str().unwrap());
        let given = normal(&render(Options(&fixture["options"])));
        compared += 1;
        if wanted != given {
            write!(differing, "\n{component}: {}\n--- wanted\n{wanted}--- given\n{given}", fixture["name"]).unwrap();
        }
    }
    assert!(differing.is_empty(), "{differing}");
    assert!(unseen.is_empty(), "{component}: no fixture uses {unseen:?} any longer");
    assert!(compared >= at_least, "{component}: only {compared} fixtures compared");
}

macro_rules! component {
    ($test:ident, $name:literal, at_least $count:literal, without $unsupported:expr, $source:tt) => {
        #[test]
        fn $test() {
            #[derive(Template)]
            #[template(source = $source, ext = "html")]
            struct Page<'a> {
                o: Options<'a>,
            }
            compare($name, &$unsupported, $count, |o| Page { o }.render().unwrap());
        }
    };
}

component!(
    input, "input", at_least 40,
    without ["prefix.classes", "prefix.attributes", "suffix.classes", "suffix.attributes", "inputWrapper"],
    r#"{% import "parts/govuk.html" as govuk %}{% call govuk::input(self.o.or("id", "name"), self.o.str("name"), self.o.words("label"), self.o.str("value"),
    self.o.with_default("type", "text"), self.o.words("hint"), self.o.words("errorMessage"), "Error", classes=self.o.str("classes"), label_classes=self.o.str("label.classes"),
    page_heading=self.o.flag("label.isPageHeading"), group_classes=self.o.str("formGroup.classes"), described_by=self.o.str("describedBy"), autocomplete=self.o.str("autocomplete"),
    inputmode=self.o.str("inputmode"), spellcheck=self.o.spellcheck(), prefix=self.o.words("prefix"), suffix=self.o.words("suffix"),
    attributes=self.o.attributes_and("autocapitalize pattern disabled")) %}{% endcall %}"#
);

component!(
    textarea, "textarea", at_least 18,
    without [],
    r#"{% import "parts/govuk.html" as govuk %}{% call govuk::textarea(self.o.or("id", "name"), self.o.str("name"), self.o.words("label"), self.o.str("value"),
    self.o.with_default("rows", "5"), self.o.words("hint"), self.o.words("errorMessage"), "Error", classes=self.o.str("classes"), label_classes=self.o.str("label.classes"),
    page_heading=self.o.flag("label.isPageHeading"), group_classes=self.o.str("formGroup.classes"), described_by=self.o.str("describedBy"), autocomplete=self.o.str("autocomplete"),
    spellcheck=self.o.spellcheck(), attributes=self.o.attributes("attributes")) %}{% endcall %}"#
);

component!(
    select, "select", at_least 17,
    without ["called without values", "called without values with selected value"],
    r#"{% import "parts/govuk.html" as govuk %}{% call govuk::select(self.o.or("id", "name"), self.o.str("name"), self.o.words("label"),
    self.o.words("hint"), self.o.words("errorMessage"), "Error", classes=self.o.str("classes"), label_classes=self.o.str("label.classes"),
    page_heading=self.o.flag("label.isPageHeading"), group_classes=self.o.str("formGroup.classes"), described_by=self.o.str("describedBy"), attributes=self.o.attributes("attributes")) %}
    {% for one in self.o.list("items") %}{% call govuk::option(one.value(), one.words(""), self.o.selects(one), one.flag("disabled"), one.attributes("attributes")) %}{% endcall %}{% endfor %}
    {% endcall %}"#
);

component!(
    radios, "radios", at_least 40,
    without ["attributes", "fieldset.attributes", "items[].label.attributes"],
    r#"{% import "parts/govuk.html" as govuk %}{% call govuk::radios(self.o.or("idPrefix", "name"), self.o.words("fieldset.legend"), self.o.words("hint"), self.o.words("errorMessage"), "Error",
    classes=self.o.str("classes"), legend_classes=self.o.str("fieldset.legend.classes"), page_heading=self.o.flag("fieldset.legend.isPageHeading"), fieldset_classes=self.o.str("fieldset.classes"),
    group_classes=self.o.str("formGroup.classes"), described_by=self.o.str("fieldset.describedBy")) %}
    {% for one in self.o.items("value") %}
    {% if one.o.flag("divider") %}{% call govuk::radio_divider(one.o.str("divider")) %}{% endcall %}{% else %}
    {% call govuk::radio(one.id, one.name, one.o.value(), one.o.words(""), one.checked, one.o.words("hint"), one.o.flag("disabled"), one.o.flag("conditional.html"), one.o.str("label.classes"), one.o.attributes("attributes")) %}{% endcall %}
    {% if one.o.flag("conditional.html") %}{% call govuk::radio_conditional(one.id, one.checked) %}{{ one.o.words("conditional") }}{% endcall %}{% endif %}
    {% endif %}
    {% endfor %}{% endcall %}"#
);

component!(
    checkboxes, "checkboxes", at_least 39,
    without ["attributes", "fieldset.attributes", "items[].label.attributes"],
    r#"{% import "parts/govuk.html" as govuk %}{% call govuk::checkboxes(self.o.or("idPrefix", "name"), self.o.words("fieldset.legend"), self.o.words("hint"), self.o.words("errorMessage"), "Error",
    classes=self.o.str("classes"), legend_classes=self.o.str("fieldset.legend.classes"), page_heading=self.o.flag("fieldset.legend.isPageHeading"), fieldset_classes=self.o.str("fieldset.classes"),
    group_classes=self.o.str("formGroup.classes"), described_by=self.o.or("fieldset.describedBy", "describedBy")) %}
    {% for one in self.o.items("values") %}
    {% if one.o.flag("divider") %}{% call govuk::checkbox_divider(one.o.str("divider")) %}{% endcall %}{% else %}
    {% call govuk::checkbox(one.id, one.name, one.o.value(), one.o.words(""), one.checked, one.o.words("hint"), one.o.flag("disabled"), one.o.flag("conditional.html"), one.o.flag("behaviour"), one.described_by, one.o.str("label.classes"), one.o.attributes("attributes")) %}{% endcall %}
    {% if one.o.flag("conditional.html") %}{% call govuk::checkbox_conditional(one.id, one.checked) %}{{ one.o.words("conditional") }}{% endcall %}{% endif %}
    {% endif %}
    {% endfor %}{% endcall %}"#
);

component!(
    date_input, "date-input", at_least 27,
    without ["attributes", "day.classes", "items[].id", "items[].classes"],
    r#"{% import "parts/govuk.html" as govuk %}{% call govuk::date_input(self.o.str("id"), self.o.words("fieldset.legend"), self.o.words("hint"), self.o.words("errorMessage"), "Error",
    classes=self.o.str("classes"), legend_classes=self.o.str("fieldset.legend.classes"), group_classes=self.o.str("formGroup.classes"), described_by=self.o.str("fieldset.describedBy")) %}
    {% for one in self.o.dates() %}
    {% call govuk::date_item(one.id, one.name, one.label, one.value, one.width, one.wrong, inputmode=one.o.with_default("inputmode", "numeric"), autocomplete=one.o.str("autocomplete"), attributes=one.o.attributes_and("pattern")) %}{% endcall %}
    {% endfor %}{% endcall %}"#
);

component!(
    button, "button", at_least 31,
    without ["href", "preventDoubleClick=false"],
    r#"{% import "parts/govuk.html" as govuk %}{% call govuk::button(self.o.button_words(), self.o.with_default("type", "submit"), self.o.str("classes"), self.o.str("name"), self.o.str("value"), self.o.str("id"),
    self.o.flag("isStartButton"), self.o.flag("disabled"), self.o.flag("preventDoubleClick"), self.o.attributes("attributes")) %}{% endcall %}"#
);

component!(
    link_button, "button", at_least 18,
    without ["name", "disabled", "type", "preventDoubleClick"],
    r##"{% import "parts/govuk.html" as govuk %}{% if self.o.flag("href") %}{% call govuk::link_button(self.o.button_words(), self.o.str("href"), self.o.str("classes"), self.o.str("id"), self.o.flag("isStartButton"), self.o.attributes("attributes")) %}{% endcall %}{% else %}
    {% call govuk::button(self.o.button_words(), classes=self.o.str("classes"), id=self.o.str("id"), value=self.o.str("value"), start=self.o.flag("isStartButton"), attributes=self.o.attributes("attributes")) %}{% endcall %}{% endif %}"##
);

component!(
    error_summary, "error-summary", at_least 16,
    without ["attributes", "errorList[].attributes", "disableAutoFocus=false"],
    r#"{% import "parts/govuk.html" as govuk %}{% call govuk::error_summary(self.o.titled("title"), self.o.titled("description"), self.o.str("classes"), !self.o.flag("disableAutoFocus")) %}
    {% for one in self.o.list("errorList") %}{% call govuk::error_link(one.words(""), one.str("href")) %}{% endcall %}{% endfor %}{% endcall %}"#
);

component!(
    fieldset, "fieldset", at_least 17,
    without ["attributes"],
    r#"{% import "parts/govuk.html" as govuk %}{% call govuk::fieldset(self.o.words("legend"), self.o.str("legend.classes"), self.o.flag("legend.isPageHeading"), self.o.str("classes"), self.o.str("describedBy"), self.o.str("role")) %}{{ self.o.words("") }}{% endcall %}"#
);

component!(
    notification_banner, "notification-banner", at_least 18,
    without ["attributes", "disableAutoFocus=false"],
    r#"{% import "parts/govuk.html" as govuk %}{% call govuk::notification_banner(self.o.banner_title(), self.o.is_success(), self.o.with_default("titleId", "govuk-notification-banner-title"), self.o.with_default("titleHeadingLevel", "2"), self.o.str("role"), self.o.str("classes"), !self.o.flag("disableAutoFocus")) %}
    {% if self.o.flag("html") %}{{ self.o.words("") }}{% else %}<p class="govuk-notification-banner__heading">{{ self.o.words("") }}</p>{% endif %}{% endcall %}"#
);

component!(
    summary_list, "summary-list", at_least 16,
    without ["attributes", "card.attributes", "rows[].actions.items[2]", "rows[].actions.classes", "rows[].actions.items[].attributes", "rows[].actions.items[].classes", "card.actions.items[2]", "called summary card with custom classes"],
    r#"{% import "parts/govuk.html" as govuk %}
    {% macro rows(o) %}{% call govuk::summary_list(o.str("classes")) %}{% for one in o.list("rows") %}
    {% call govuk::summary_row(one.words("key"), one.words("value"), one.first("actions.items").str("href"), one.first("actions.items").words(""), one.first("actions.items").str("visuallyHiddenText"), card=o.words("card.title"), no_action=o.is_bare(one), classes=one.str("classes"), key_classes=one.str("key.classes"), value_classes=one.str("value.classes")) %}{% endcall %}
    {% endfor %}{% endcall %}{% endmacro %}
    {% if self.o.flag("card") %}
    {% set actions_html %}{% for action in self.o.list("card.actions.items") %}{% call govuk::summary_action(action.str("href"), action.words(""), action.str("visuallyHiddenText"), self.o.words("card.title")) %}{% endcall %}{% endfor %}{% endset %}
    {% call govuk::summary_card(self.o.words("card.title"), actions_html|safe, level=self.o.with_default("card.title.headingLevel", "2"), classes=self.o.str("card.classes")) %}{% call rows(self.o) %}{% endcall %}{% endcall %}
    {% else %}{% call rows(self.o) %}{% endcall %}{% endif %}"#
);

component!(
    tag, "tag", at_least 11,
    without ["attributes"],
    r#"{% import "parts/govuk.html" as govuk %}{% call govuk::tag(self.o.words(""), self.o.str("classes")) %}{% endcall %}"#
);

component!(
    pagination, "pagination", at_least 14,
    without ["attributes"],
    r#"{% import "parts/govuk.html" as govuk %}{% call govuk::pagination(self.o.with_default("landmarkLabel", "Pagination"), self.o.str("previous.href"), self.o.step("previous", "Previous"), self.o.str("previous.labelText"), self.o.str("next.href"), self.o.step("next", "Next"), self.o.str("next.labelText"), self.o.str("classes")) %}
    {%- for one in self.o.list("items") %}{% if one.flag("ellipsis") %}{% call govuk::page_gap() %}{% endcall %}{% else %}
    {% call govuk::page_link(one.str("href"), one.str("number"), one.page_label(), one.flag("current")) %}{% endcall %}{% endif %}{% endfor -%}{% endcall %}"#
);

component!(
    details, "details", at_least 9,
    without ["attributes"],
    r#"{% import "parts/govuk.html" as govuk %}{% call govuk::details(self.o.titled("summary"), self.o.flag("open"), self.o.str("id"), self.o.str("classes")) %}{{ self.o.words("") }}{% endcall %}"#
);

component!(
    skip_link, "skip-link", at_least 8,
    without ["attributes"],
    r##"{% import "parts/govuk.html" as govuk %}{% call govuk::skip_link(self.o.words(""), self.o.with_default("href", "#content"), self.o.str("classes")) %}{% endcall %}"##
);

component!(
    inset_text, "inset-text", at_least 5,
    without ["attributes"],
    r#"{% import "parts/govuk.html" as govuk %}{% call govuk::inset_text(self.o.str("id"), self.o.str("classes")) %}{{ self.o.words("") }}{% endcall %}"#
);

component!(
    warning_text, "warning-text", at_least 7,
    without ["attributes"],
    r#"{% import "parts/govuk.html" as govuk %}{% call govuk::warning_text(self.o.words(""), self.o.with_default("iconFallbackText", "Warning"), self.o.str("classes")) %}{% endcall %}"#
);

component!(
    breadcrumbs, "breadcrumbs", at_least 10,
    without ["attributes", "items[].attributes"],
    r#"{% import "parts/govuk.html" as govuk %}{% call govuk::breadcrumbs(self.o.with_default("labelText", "Breadcrumb"), self.o.flag("collapseOnMobile"), self.o.str("classes")) %}{% for one in self.o.list("items") %}{% call govuk::breadcrumb(one.words(""), one.str("href")) %}{% endcall %}{% endfor %}{% endcall %}"#
);

component!(
    back_link, "back-link", at_least 6,
    without ["attributes"],
    r##"{% import "parts/govuk.html" as govuk %}{% call govuk::back_link(self.o.back_words(), self.o.with_default("href", "#"), self.o.str("classes")) %}{% endcall %}"##
);

component!(
    panel, "panel", at_least 10,
    without ["attributes", "actions"],
    r#"{% import "parts/govuk.html" as govuk %}{% call govuk::panel(self.o.titled("title"), self.o.panel_kind(), self.o.with_default("headingLevel", "1"), classes=self.o.str("classes")) %}{{ self.o.words("") }}{% endcall %}"#
);

component!(
    task_list, "task-list", at_least 5,
    without ["attributes", "items[].classes", "items[].title.classes", "items[].status.classes", "items[].status.tag.attributes", "called with empty values"],
    r#"{% import "parts/govuk.html" as govuk %}{% call govuk::task_list(self.o.str("classes")) %}{% for one in self.o.list("items") %}
    {% set task_id %}{{ self.o.with_default("idPrefix", "task-list") }}-{{ loop.index }}{% endset %}
    {% call govuk::task(task_id, one.words("title"), one.str("href"), one.words("hint")) %}{% if one.flag("status.tag") %}{% call govuk::tag(one.words("status.tag"), one.str("status.tag.classes")) %}{% endcall %}{% else %}{{ one.words("status") }}{% endif %}{% endcall %}
    {% endfor %}{% endcall %}"#
);

/// Options whose defaults the package's own templates work out, mostly in English, which our macros are given.
impl<'a> Options<'a> {
    fn spellcheck(&self) -> String {
        self.at("spellcheck").as_bool().map_or(String::new(), |on| on.to_string())
    }

    fn selects(&self, item: &Options<'_>) -> bool {
        let value = if item.0["value"].is_null() { &item.0["text"] } else { &item.0["value"] };
        item.flag("selected")
            || (item.0["selected"] != Value::Bool(false) && self.flag("value") && self.at("value") == value)
    }

    fn button_words(&self) -> Words {
        let Words(html) = self.words("");
        // A start button keeps its icon apart from its words.
        Words(if self.flag("html") && self.flag("isStartButton") { format!("<span>{html}</span>") } else { html })
    }

    fn is_success(&self) -> bool {
        self.at("type") == "success"
    }

    fn banner_title(&self) -> Words {
        let Words(title) = self.titled("title");
        let otherwise = if self.is_success() { "Success" } else { "Important" };
        Words(if title.is_empty() { otherwise.into() } else { title })
    }

    fn first(&self, path: &str) -> Options<'a> {
        Options(&self.at(path)[0])
    }

    fn is_bare(&self, row: &Options<'_>) -> bool {
        self.list("rows").iter().any(|row| !row.list("actions.items").is_empty()) && !row.flag("actions.items")
    }

    fn step(&self, path: &str, otherwise: &str) -> Words {
        let Words(html) = self.words(path);
        Words(if html.is_empty() {
            format!(r#"{otherwise}<span class="govuk-visually-hidden"> page</span>"#)
        } else {
            html
        })
    }

    fn page_label(&self) -> String {
        self.with_default("visuallyHiddenText", &format!("Page {}", self.str("number")))
    }

    fn back_words(&self) -> Words {
        let Words(html) = self.words("");
        Words(if html.is_empty() { "Back".into() } else { html })
    }

    fn panel_kind(&self) -> &'static str {
        if self.str("classes").contains("govuk-panel--interruption") { "interruption" } else { "confirmation" }
    }

    /// The items as given, else a day, a month and a year of which any may be left out.
    fn dates(&self) -> Vec<DateItem<'a>> {
        let mut items: Vec<(String, Options<'a>)> =
            self.list("items").into_iter().map(|o| (o.str("name"), o)).collect();
        if items.is_empty() {
            let parts = ["day", "month", "year"].into_iter().filter(|part| self.0[*part] != Value::Bool(false));
            items = parts.map(|part| (part.to_owned(), Options(self.at(part)))).collect();
        }
        let any_wrong = items.iter().any(|(_, o)| o.flag("error"));
        let prefix = if self.flag("namePrefix") { format!("{}-", self.str("namePrefix")) } else { String::new() };
        let item = |(part, o): (String, Options<'a>)| {
            let name = o.with_default("name", &part);
            let values = Options(self.at("values"));
            DateItem {
                id: format!("{}-{name}", self.str("id")),
                value: o.with_default("value", &values.or(&format!("{prefix}{name}"), &name)),
                label: o.with_default("label", &capitalised(&name)),
                name: format!("{prefix}{name}"),
                width: if part == "year" { 4 } else { 2 },
                wrong: o.flag("error")
                    || (self.flag("errorMessage") && !any_wrong && o.0["error"] != Value::Bool(false)),
                o,
            }
        };
        items.into_iter().map(item).collect()
    }
}

struct DateItem<'a> {
    id: String,
    name: String,
    label: String,
    value: String,
    width: usize,
    wrong: bool,
    o: Options<'a>,
}

fn capitalised(word: &str) -> String {
    word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect()
}

/// The fixtures hand over what is escaped already; pages do not.
#[test]
fn what_people_type_is_escaped() {
    #[derive(Template)]
    #[template(
        source = r#"{% import "parts/govuk.html" as govuk %}{% call govuk::input("a", "a", typed, typed, hint=typed, error=typed, suffix=typed) %}{% endcall %}
    {% call govuk::textarea("b", "b", typed, typed) %}{% endcall %}{% call govuk::radios("c", typed) %}{% call govuk::radio("c", "c", self.typed, self.typed, hint=self.typed) %}{% endcall %}{% endcall %}
    {% call govuk::summary_list() %}{% call govuk::summary_row(self.typed, self.typed, self.typed, self.typed, self.typed, self.typed) %}{% endcall %}{% endcall %}
    {% call govuk::tag(typed) %}{% endcall %}"#,
        ext = "html"
    )]
    struct Page {
        typed: &'static str,
    }
    let html = Page { typed: r#""><script>"# }.render().unwrap();
    assert!(!html.contains("<script>") && !html.contains(r#"""#.repeat(2).as_str()), "{html}");
    assert_eq!(html.matches("script&#62;").count(), 18, "{html}");
}
