// Makes the calls of the conformance cases that send drafts, with the generated client, and prints what it saw.
//
// Usage: conformance <base URL> <cases.json>
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

// sighting is one line of output; what was not seen stays nil.
type sighting struct {
	Case     string             `json:"case"`
	Status   *int               `json:"status"`
	Envelope any                `json:"envelope"`
	Headers  map[string]*string `json:"headers"`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) != 2 {
		return fmt.Errorf("usage: conformance <base URL> <cases.json>")
	}
	client, err := feishumail.NewClient(arguments[0], feishumail.WithHTTPClient(&http.Client{
		Timeout: 10 * time.Second,
		// Go follows redirects unless told otherwise, and with 307 and 308 it would make the POST again.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}))
	if err != nil {
		return err
	}
	text, err := os.ReadFile(arguments[1])
	if err != nil {
		return err
	}
	var content struct{ Cases []conformanceCase }
	if err := json.Unmarshal(text, &content); err != nil {
		return err
	}
	output := json.NewEncoder(os.Stdout)
	for _, each := range content.Cases {
		for range each.Answers {
			if err := output.Encode(call(client, each)); err != nil {
				return err
			}
		}
	}
	return nil
}

// call makes one call. It reads the answer itself: SendDraftWithResponse keeps neither the status of an answer that is
// not JSON nor the body of a status that the document does not have.
func call(client *feishumail.Client, each conformanceCase) sighting {
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
	seen.Envelope = envelope(body)
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

// envelope returns what a body says, as the generated model holds it, or nil when it is no envelope.
func envelope(body []byte) any {
	// Go reads a code that is missing as 0, which would be success.
	var read struct{ Code *int64 }
	if json.Unmarshal(body, &read) != nil || read.Code == nil {
		return nil
	}
	var model any = &feishumail.ErrorResponse{}
	if *read.Code == 0 {
		model = &feishumail.SendDraftResponse{}
	}
	if json.Unmarshal(body, model) != nil {
		return nil
	}
	return model
}
