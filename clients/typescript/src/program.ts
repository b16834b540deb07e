// Works through the conformance cases with the generated client and prints what it saw.
//
// Usage: node program.js <base URL> <error-codes.json> <case file> ...
//
// Every call is made once, and nothing is judged. What is generated is types and nothing else: they say what the
// document promises, and nobody checks that an answer keeps the promise.

import { readFileSync } from "node:fs";
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "../generated/feishu-mail.js";

type Success = components["schemas"]["SendDraftResponse"];
type Failure = components["schemas"]["ErrorResponse"];
type CaseRequest = { user_mailbox_id: string; draft_id: string; access_token: string | null };
type Case = { name: string; request: CaseRequest; answers: unknown[] };
type ErrorTable = { errors: { code: number; name: string }[]; refusals_with_code_0: { name: string }[] };

const SEND = "/open-apis/mail/v1/user_mailboxes/{user_mailbox_id}/drafts/{draft_id}/send";
const HEADERS = ["x-tt-logid", "x-ogw-ratelimit-limit", "x-ogw-ratelimit-reset"];
const NOTHING = {
  status: null,
  code: null,
  name: null,
  message_id: null,
  thread_id: null,
  log_id: null,
  headers: Object.fromEntries(HEADERS.map((name) => [name, null])),
};

async function main([baseUrl, errorCodes, ...caseFiles]: string[]): Promise<void> {
  if (baseUrl === undefined || errorCodes === undefined) {
    throw new Error("usage: program.js <base URL> <error-codes.json> <case file> ...");
  }
  const table: ErrorTable = readJson(errorCodes);
  // fetch follows redirects unless told otherwise, and with 307 and 308 it would make the POST again.
  const client = createClient<paths>({ baseUrl, redirect: "manual" });
  for (const file of caseFiles) {
    const { cases }: { cases: Case[] } = readJson(file);
    for (const { name, request, answers } of cases) {
      for (const _ of answers) {
        console.log(JSON.stringify({ case: name, ...(await call(client, request, table)) }));
      }
    }
  }
}

async function call(client: Client<paths>, request: CaseRequest, table: ErrorTable): Promise<object> {
  const { user_mailbox_id, draft_id, access_token } = request;
  const seen: { answer?: Response; success?: Success | undefined; failure?: Failure | string | undefined } = {};
  try {
    const { data, error } = await client.POST(SEND, {
      params: { path: { user_mailbox_id, draft_id } },
      headers: access_token === null ? {} : { Authorization: `Bearer ${access_token}` },
      signal: AbortSignal.timeout(10_000),
      middleware: [{ onResponse: ({ response }) => void (seen.answer = response) }],
    });
    [seen.success, seen.failure] = [data, error];
  } catch (problem) {
    // The status of an answer that is not JSON is known, from the middleware; nothing else leaves an answer behind.
    if (!(problem instanceof SyntaxError)) return NOTHING;
  }
  if (seen.answer === undefined) return NOTHING;
  const { status, headers } = seen.answer;
  const answer = { ...NOTHING, status, headers: Object.fromEntries(HEADERS.map((name) => [name, headers.get(name)])) };
  if (isEnvelope(seen.success)) return { ...answer, ...aboutSuccess(seen.success, table) };
  if (isEnvelope(seen.failure)) return { ...answer, ...aboutFailure(seen.failure, table) };
  return answer;
}

function isEnvelope<Body>(body: Body): body is Extract<Body, { code: number }> {
  return typeof body === "object" && body !== null && "code" in body && typeof body.code === "number";
}

function aboutSuccess({ code, data }: Success, table: ErrorTable): object {
  if (code !== 0) return { code, name: nameOf(code, table) };
  const refused = Object.keys(data?.automation_send_disable ?? {}).length > 0;
  return {
    code,
    name: refused ? (table.refusals_with_code_0[0]?.name ?? null) : null,
    message_id: data?.message_id ?? null,
    thread_id: data?.thread_id ?? null,
  };
}

function aboutFailure({ code, error, log_id }: Failure, table: ErrorTable): object {
  return { code, name: nameOf(code, table), log_id: error?.log_id ?? log_id ?? null };
}

function nameOf(code: number, table: ErrorTable): string | null {
  return table.errors.find((error) => error.code === code)?.name ?? null;
}

function readJson<Content>(file: string): Content {
  return JSON.parse(readFileSync(file, "utf8")) as Content;
}

await main(process.argv.slice(2));
