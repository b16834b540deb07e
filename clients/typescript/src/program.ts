// Makes the calls of the conformance cases with the generated client and prints what it saw.
//
// Usage: node program.js <base URL> <cases.json>
//
// Every call is made once, and nothing is judged. What is generated is types and nothing else: they say what the
// document promises, and nobody checks that an answer keeps the promise.

import { readFileSync } from "node:fs";
import createClient, { type Client } from "openapi-fetch";
import type { operations, paths } from "../generated/feishu-mail.js";

type Get = operations["getDraft"]["parameters"];
type List = operations["listDrafts"]["parameters"];
type Query = NonNullable<Get["query"]> & NonNullable<List["query"]>;
type Case = {
  name: string;
  operation: "sendDraft" | "getDraft" | "listDrafts";
  request: Get["path"] & Query & { access_token: string | null };
  answers: unknown[];
};
type Body = Awaited<ReturnType<typeof call>>["data" | "error"];
type Envelope = Extract<Body, { code: number }>;
type Seen = { status: number | null; envelope: Envelope | null; headers?: Record<string, string | null> };

const HEADERS = ["x-tt-logid", "x-ogw-ratelimit-limit", "x-ogw-ratelimit-reset"];
const NOTHING: Seen = { status: null, envelope: null };

async function main([baseUrl, file]: string[]): Promise<void> {
  if (baseUrl === undefined || file === undefined) throw new Error("usage: program.js <base URL> <cases.json>");
  const { cases }: { cases: Case[] } = JSON.parse(readFileSync(file, "utf8"));
  for (const { name, operation, request, answers } of cases) {
    const { user_mailbox_id, draft_id, access_token, ...query } = request;
    for (const _ of answers) {
      const client = createClient<paths>({
        baseUrl,
        headers: access_token === null ? {} : { Authorization: `Bearer ${access_token}` },
        // fetch follows redirects unless told otherwise, and with 307 and 308 it would make the POST again.
        redirect: "manual",
        signal: AbortSignal.timeout(10_000),
      });
      const seen = await see(client, () => call(client, operation, { user_mailbox_id, draft_id }, query));
      console.log(JSON.stringify({ case: name, ...seen }));
      const data = seen.envelope?.data;
      if (data && "page_token" in data && data.page_token) query.page_token = data.page_token;
    }
  }
}

function call(client: Client<paths>, operation: Case["operation"], path: Get["path"], query: Query) {
  const drafts = "/open-apis/mail/v1/user_mailboxes/{user_mailbox_id}/drafts";
  switch (operation) {
    case "sendDraft":
      return client.POST(`${drafts}/{draft_id}/send`, { params: { path } });
    case "getDraft":
      return client.GET(`${drafts}/{draft_id}`, { params: { path, query } });
    case "listDrafts":
      return client.GET(drafts, { params: { path, query } });
  }
}

async function see(client: Client<paths>, make: () => ReturnType<typeof call>): Promise<Seen> {
  const seen: { answer?: Response; body?: Body } = {};
  client.use({ onResponse: ({ response }) => void (seen.answer = response) });
  try {
    const { data, error } = await make();
    seen.body = data ?? error;
  } catch (problem) {
    // The status of an answer that is not JSON is known, from the middleware; nothing else leaves an answer behind.
    if (!(problem instanceof SyntaxError)) return NOTHING;
  }
  if (seen.answer === undefined) return NOTHING;
  const { status, headers } = seen.answer;
  const envelope = isEnvelope(seen.body) ? seen.body : null;
  return { status, envelope, headers: Object.fromEntries(HEADERS.map((name) => [name, headers.get(name)])) };
}

function isEnvelope(body: Body): body is Envelope {
  return typeof body === "object" && typeof body?.code === "number";
}

await main(process.argv.slice(2));
