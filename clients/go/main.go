// Works through the conformance cases with the generated client and prints what it saw.
//
// Usage: conformance <base URL> <error-codes.json> <case file> ...
//
// Every call is made once, and nothing is judged.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	feishumail "conformance/generated"
)

type conformanceCase struct {
	Name    string
	Request struct {
		UserMailboxID string  `json:"user_mailbox_id"`
		DraftID       string  `json:"draft_id"`
		AccessToken   *string `json:"access_token"`
	}
	Answers []json.RawMessage
}

type errorTable struct {
	Errors []struct {
		Code int
		Name string
	}
	RefusalsWithCode0 []struct{ Name string } `json:"refusals_with_code_0"`
}

// sighting is one line of output; what was not seen stays nil.
type sighting struct {
	Case      string             `json:"case"`
	Status    *int               `json:"status"`
	Code      *int               `json:"code"`
	Name      *string            `json:"name"`
	MessageID *string            `json:"message_id"`
	ThreadID  *string            `json:"thread_id"`
	LogID     *string            `json:"log_id"`
	Headers   map[string]*string `json:"headers"`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) < 3 {
		return fmt.Errorf("usage: conformance <base URL> <error-codes.json> <case file> ...")
	}
	var table errorTable
	if err := readJSON(arguments[1], &table); err != nil {
		return err
	}
	client, err := feishumail.NewClient(arguments[0], feishumail.WithHTTPClient(&http.Client{
		Timeout: 10 * time.Second,
		// Go follows redirects unless told otherwise, and with 307 and 308 it would make the POST again.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}))
	if err != nil {
		return err
	}
	output := json.NewEncoder(os.Stdout)
	for _, file := range arguments[2:] {
		var content struct{ Cases []conformanceCase }
		if err := readJSON(file, &content); err != nil {
			return err
		}
		for _, each := range content.Cases {
			for range each.Answers {
				if err := output.Encode(call(client, each, table)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// call makes one call. It reads the answer itself: SendDraftWithResponse keeps neither the status of an answer that is
// not JSON nor the body of a status that the document does not have.
func call(client *feishumail.Client, each conformanceCase, table errorTable) sighting {
	seen := sighting{Case: each.Name, Headers: map[string]*string{
		"x-tt-logid": nil, "x-ogw-ratelimit-limit": nil, "x-ogw-ratelimit-reset": nil,
	}}
	answer, err := client.SendDraft(
		context.Background(), each.Request.UserMailboxID, each.Request.DraftID, bearer(each.Request.AccessToken))
	if err != nil {
		return seen
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return seen
	}
	seen.Status = &answer.StatusCode
	for name := range seen.Headers {
		if values := answer.Header.Values(name); len(values) > 0 {
			seen.Headers[name] = &values[0]
		}
	}
	seen.read(body, table)
	return seen
}

func bearer(token *string) feishumail.RequestEditorFn {
	return func(_ context.Context, request *http.Request) error {
		if token != nil {
			request.Header.Set("Authorization", "Bearer "+*token)
		}
		return nil
	}
}

// read takes what a body says, if it is an envelope.
func (seen *sighting) read(body []byte, table errorTable) {
	// Go reads a code that is missing as 0, which would be success.
	var envelope struct{ Code *int }
	if json.Unmarshal(body, &envelope) != nil || envelope.Code == nil {
		return
	}
	if *envelope.Code == 0 {
		var success feishumail.SendDraftResponse
		if json.Unmarshal(body, &success) == nil {
			seen.readSuccess(success, table)
		}
		return
	}
	var failure feishumail.ErrorResponse
	if json.Unmarshal(body, &failure) == nil {
		seen.readFailure(failure, table)
	}
}

func (seen *sighting) readSuccess(success feishumail.SendDraftResponse, table errorTable) {
	seen.Code = &success.Code
	if success.Data == nil {
		return
	}
	seen.MessageID, seen.ThreadID = success.Data.MessageId, success.Data.ThreadId
	disabled := success.Data.AutomationSendDisable
	if disabled != nil && *disabled != (feishumail.AutomationSendDisable{}) {
		seen.Name = &table.RefusalsWithCode0[0].Name
	}
}

func (seen *sighting) readFailure(failure feishumail.ErrorResponse, table errorTable) {
	seen.Code = &failure.Code
	for _, known := range table.Errors {
		if known.Code == failure.Code {
			seen.Name = &known.Name
		}
	}
	seen.LogID = failure.LogId
	if failure.Error != nil && failure.Error.LogId != nil {
		seen.LogID = failure.Error.LogId
	}
}

func readJSON(path string, target any) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(content, target)
}
