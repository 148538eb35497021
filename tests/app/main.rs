//! Everything that needs the app and its database: one binary, a database for each test.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them, its helpers included")]

mod support;

mod account;
mod accounts;
mod assessment;
mod attachment;
mod authority;
mod bulk;
mod care;
mod catalogue;
mod cluster;
mod command;
mod contact;
mod contract;
mod counselling;
mod course;
mod demo;
mod deputy;
mod desk;
mod duty;
mod employment;
mod exclusion;
mod export;
mod fair;
mod flight;
mod form;
mod household;
mod import;
mod journey;
mod learning;
mod learnt;
mod levels;
mod likeness;
mod link;
mod merging;
mod message;
mod page;
mod parts;
mod person;
mod plan;
mod printing;
mod remembered;
mod routing;
mod skill;
mod statistics;
mod target;
mod training;
mod wrong_input;
