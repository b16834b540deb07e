//! Makes the calls of the conformance cases that send drafts, with the generated client, and prints what it saw.
//!
//! Usage: conformance <base URL> <cases.json>
//!
//! Every call is made once, and nothing is judged.

mod wire;

use std::error::Error as AnyError;
use std::time::Duration;

use feishu_mail_client::apis::Error;
use feishu_mail_client::apis::configuration::Configuration;
use feishu_mail_client::apis::drafts_api::{SendDraftError, send_draft};
use reqwest::redirect::Policy;
use serde_json::{Value, json};

use crate::wire::{Answer, Wire};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn AnyError>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [base_url, cases] = arguments.as_slice() else {
        return Err("usage: conformance <base URL> <cases.json>".into());
    };
    let wire = Wire::default();
    // reqwest follows redirects unless told otherwise, and with 307 and 308 it would make the POST again.
    // No proxy stands before the sandbox on this machine.
    let http =
        reqwest::Client::builder().timeout(Duration::from_secs(10)).redirect(Policy::none()).no_proxy().build()?;
    let mut configuration = Configuration {
        base_path: base_url.clone(),
        client: reqwest_middleware::ClientBuilder::new(http).with(wire.clone()).build(),
        ..Configuration::default()
    };
    let content: Value = serde_json::from_str(&std::fs::read_to_string(cases)?)?;
    for case in content["cases"].as_array().ok_or("no cases")? {
        configuration.bearer_access_token = case["request"]["access_token"].as_str().map(String::from);
        for _ in case["answers"].as_array().ok_or("no answers")? {
            println!("{}", call(&configuration, &wire, case).await?);
        }
    }
    Ok(())
}

async fn call(configuration: &Configuration, wire: &Wire, case: &Value) -> Result<Value, Box<dyn AnyError>> {
    let mailbox = case["request"]["user_mailbox_id"].as_str().ok_or("no mailbox")?;
    let draft = case["request"]["draft_id"].as_str().ok_or("no draft")?;
    let result = send_draft(configuration, mailbox, draft).await;
    let answer = wire.take_answer();
    Ok(match result {
        Ok(success) => line(case, answer, serde_json::to_value(success)?),
        Err(Error::ResponseError(failure)) => match failure.entity {
            None | Some(SendDraftError::UnknownValue(_)) => line(case, answer, Value::Null),
            Some(body) => line(case, answer, serde_json::to_value(body)?),
        },
        Err(Error::Serde(_)) => line(case, answer, Value::Null),
        Err(_) => line(case, None, Value::Null),
    })
}

fn line(case: &Value, answer: Option<Answer>, envelope: Value) -> Value {
    let header = |name| answer.as_ref().and_then(|answer| answer.headers.get(name)?.to_str().ok());
    json!({
        "case": case["name"],
        "status": answer.as_ref().map(|answer| answer.status.as_u16()),
        "envelope": envelope,
        "headers": {
            "x-tt-logid": header("x-tt-logid"),
            "x-ogw-ratelimit-limit": header("x-ogw-ratelimit-limit"),
            "x-ogw-ratelimit-reset": header("x-ogw-ratelimit-reset"),
        },
    })
}
