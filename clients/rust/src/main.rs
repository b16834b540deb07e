//! Works through the conformance cases with the generated client and prints what it saw.
//!
//! Usage: conformance <base URL> <error-codes.json> <case file> ...
//!
//! Every call is made once, and nothing is judged.

mod wire;

use std::error::Error as AnyError;
use std::time::Duration;

use feishu_mail_client::apis::Error;
use feishu_mail_client::apis::configuration::Configuration;
use feishu_mail_client::apis::drafts_api::{SendDraftError, send_draft};
use feishu_mail_client::models::{AutomationSendDisable, ErrorResponse, SendDraftResponse};
use reqwest::redirect::Policy;
use serde_json::{Value, json};

use crate::wire::{Answer, Wire};

/// What an envelope says.
#[derive(Default)]
struct Envelope {
    code: Option<i32>,
    name: Option<String>,
    message_id: Option<String>,
    thread_id: Option<String>,
    log_id: Option<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn AnyError>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [base_url, error_codes, case_files @ ..] = arguments.as_slice() else {
        return Err("usage: conformance <base URL> <error-codes.json> <case file> ...".into());
    };
    let table = read_json(error_codes)?;
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
    for file in case_files {
        let content = read_json(file)?;
        for case in content["cases"].as_array().ok_or("no cases")? {
            configuration.bearer_access_token = case["request"]["access_token"].as_str().map(String::from);
            for _ in case["answers"].as_array().ok_or("no answers")? {
                println!("{}", call(&configuration, &wire, case, &table).await?);
            }
        }
    }
    Ok(())
}

async fn call(
    configuration: &Configuration,
    wire: &Wire,
    case: &Value,
    table: &Value,
) -> Result<Value, Box<dyn AnyError>> {
    let mailbox = case["request"]["user_mailbox_id"].as_str().ok_or("no mailbox")?;
    let draft = case["request"]["draft_id"].as_str().ok_or("no draft")?;
    let result = send_draft(configuration, mailbox, draft).await;
    let answer = wire.take_answer();
    Ok(match result {
        Ok(success) => line(case, answer, about_success(success, table)),
        Err(Error::ResponseError(failure)) => line(case, answer, about_failure(failure.entity, table)),
        Err(Error::Serde(_)) => line(case, answer, Envelope::default()),
        Err(_) => line(case, None, Envelope::default()),
    })
}

fn about_success(success: SendDraftResponse, table: &Value) -> Envelope {
    if success.code != 0 {
        return Envelope { code: Some(success.code), name: name_of(success.code, table), ..Envelope::default() };
    }
    let data = success.data.map(|data| *data).unwrap_or_default();
    let refused = data.automation_send_disable.is_some_and(|disabled| *disabled != AutomationSendDisable::default());
    let refusal = table["refusals_with_code_0"][0]["name"].as_str().filter(|_| refused);
    Envelope {
        code: Some(0),
        name: refusal.map(String::from),
        message_id: data.message_id,
        thread_id: data.thread_id,
        log_id: None,
    }
}

/// The generator's names mislead: whatever the status, an error body becomes the first variant that it fits.
fn about_failure(error: Option<SendDraftError>, table: &Value) -> Envelope {
    use SendDraftError::*;
    let body: ErrorResponse = match error {
        Some(Status400(body) | Status401(body) | Status403(body) | Status404(body)) => body,
        Some(Status409(body) | Status429(body) | Status500(body)) => body,
        Some(UnknownValue(_)) | None => return Envelope::default(),
    };
    Envelope {
        code: Some(body.code),
        name: name_of(body.code, table),
        log_id: body.error.and_then(|error| error.log_id).or(body.log_id),
        ..Envelope::default()
    }
}

fn name_of(code: i32, table: &Value) -> Option<String> {
    let known = table["errors"].as_array()?.iter().find(|error| error["code"] == code)?;
    known["name"].as_str().map(String::from)
}

fn line(case: &Value, answer: Option<Answer>, envelope: Envelope) -> Value {
    let header = |name| answer.as_ref().and_then(|answer| answer.headers.get(name)?.to_str().ok());
    json!({
        "case": case["name"],
        "status": answer.as_ref().map(|answer| answer.status.as_u16()),
        "code": envelope.code,
        "name": envelope.name,
        "message_id": envelope.message_id,
        "thread_id": envelope.thread_id,
        "log_id": envelope.log_id,
        "headers": {
            "x-tt-logid": header("x-tt-logid"),
            "x-ogw-ratelimit-limit": header("x-ogw-ratelimit-limit"),
            "x-ogw-ratelimit-reset": header("x-ogw-ratelimit-reset"),
        },
    })
}

fn read_json(path: &str) -> Result<Value, Box<dyn AnyError>> {
    Ok(serde_json::from_str(&std::fs::read_to_string(path)?)?)
}
