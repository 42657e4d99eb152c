package soak_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"shuren/internal/collect"
	"shuren/internal/form"
)

// clerk fills in the form of a school, again and again.
type clerk struct {
	*plan
	*school
	journal *journal
	tally   *tally
	rand    *rand.Rand
	http    *http.Client

	rev    int
	signed bool
	n      int // ids that were made
}

func (c *clerk) pause(ctx context.Context, least, most time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(least + rand.N(most-least)):
	}
}

func (c *clerk) play(ctx context.Context) {
	if c.Once {
		c.pause(ctx, 0, c.Span)
		c.look(ctx)
		if ctx.Err() == nil {
			c.handIn(ctx)
		}
		return
	}
	c.pause(ctx, 0, time.Second)
	for ctx.Err() == nil {
		if !c.handIn(ctx) {
			return
		}
		if ctx.Err() != nil {
			return
		}
		c.pause(ctx, 0, 500*time.Millisecond)
		// What was handed in is taken back, to be handed in again.
		if !c.step(ctx, collect.Recall, 0, nil) {
			return
		}
		c.pause(ctx, 0, 500*time.Millisecond)
	}
}

// look opens the paper before it is filled in.
func (c *clerk) look(ctx context.Context) {
	var p struct {
		Rev int `json:"rev"`
	}
	if c.call(ctx, "look", "GET", "", nil, &p) == http.StatusOK {
		c.rev = p.Rev
	}
}

// handIn hands in a content, as a draft first or at once.
func (c *clerk) handIn(ctx context.Context) bool {
	figure := c.From + c.rand.IntN(figures)
	content := c.said(figure)
	if c.rand.IntN(2) == 0 {
		if !c.draft(ctx, content) {
			return false
		}
		return c.step(ctx, collect.Submit, figure, nil)
	}
	return c.step(ctx, collect.Submit, figure, &content)
}

// draft saves a draft. Where the answer was lost the filing has moved on: the
// server says to where.
func (c *clerk) draft(ctx context.Context, content form.Content) bool {
	for {
		var f struct {
			Rev int `json:"rev"`
		}
		switch status := c.call(ctx, "draft", "PUT", "/draft", map[string]any{"rev": c.rev, "content": content}, &f); status {
		case http.StatusOK:
			c.rev = f.Rev
			return true
		case http.StatusConflict:
			c.rev = f.Rev
		default:
			c.tally.wrong("draft of %s: status %d", c.Unit, status)
			return false
		}
	}
}

// step takes a step and notes the acknowledgement. The id stays the same however
// often it is sent.
func (c *clerk) step(ctx context.Context, a collect.Action, figure int, content *form.Content) bool {
	c.n++
	e := entry{Unit: c.Unit, Action: a, ID: fmt.Sprintf("%s-%d", c.Unit, c.n), Figure: figure}
	if err := c.journal.note(e); err != nil {
		c.tally.wrong("journal: %v", err)
		return false
	}
	ask := map[string]any{"rev": c.rev, "action": a, "id": e.ID}
	if content != nil {
		ask["content"] = content
	}
	var f struct {
		Rev    int           `json:"rev"`
		Handed int           `json:"handed"`
		Check  string        `json:"check"`
		State  collect.State `json:"state"`
	}
	if status := c.call(ctx, string(a), "POST", "/steps", ask, &f); status != http.StatusOK {
		if status != 0 {
			c.tally.wrong("%s of %s at revision %d: status %d", a, c.Unit, c.rev, status)
		}
		return false
	}
	c.rev = f.Rev
	e.Acked, e.Rev, e.Handed, e.Check = true, f.Rev, f.Handed, f.Check
	if err := c.journal.note(e); err != nil {
		c.tally.wrong("journal: %v", err)
		return false
	}
	return true
}

// grace is how long a request is still sent again after the end.
const grace = 20 * time.Second

// call sends a request until it is answered: a lost answer, a broken server and
// one that is too busy are tried again. It gives 0 where the time is up.
func (c *clerk) call(ctx context.Context, kind, method, path string, body, into any) int {
	var b []byte
	if body != nil {
		var err error
		if b, err = json.Marshal(body); err != nil {
			panic(err) // our own types
		}
	}
	began := time.Now()
	var over <-chan time.Time
	done := ctx.Done()
	for {
		status, answer, err := c.send(method, path, b)
		switch {
		case err == nil && status < 500 && status != http.StatusTooManyRequests:
			c.tally.took(kind, time.Since(began))
			if err := json.Unmarshal(answer, into); err != nil {
				c.tally.wrong("%s of %s: status %d, %v: %.200s", kind, c.Unit, status, err, answer)
			}
			if status >= 400 && status != http.StatusConflict {
				c.tally.wrong("%s of %s: %.500s", kind, c.Unit, answer)
			}
			return status
		case err != nil:
			c.tally.failed(kind + ": no answer")
		default:
			c.tally.failed(fmt.Sprintf("%s: status %d", kind, status))
			c.tally.answered(status, answer)
		}
		select {
		case <-done:
			done, over = nil, time.After(grace)
		default:
		}
		select {
		case <-over:
			return 0
		case <-time.After(50*time.Millisecond + rand.N(200*time.Millisecond)):
		}
	}
}

func (c *clerk) send(method, path string, body []byte) (int, []byte, error) {
	if c.Login != "" && !c.signed {
		if status, answer, err := c.signIn(); err != nil || status != http.StatusSeeOther {
			return status, answer, err
		}
		c.signed = true
	}
	to := c.Base + "/api/v1/forms/" + c.Issue + "/units/" + string(c.Unit) + path
	if c.Login != "" && path != "" {
		to = c.Base + "/work/" + c.Issue + "/" + string(c.Unit) + path
	}
	req, err := http.NewRequestWithContext(context.Background(), method, to, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Content-Type", "application/json")
	if c.Key != "" {
		req.Header.Set("Authorization", "Bearer "+c.Key)
	}
	return do(c.http, req)
}

// signIn signs in as a browser does; the cookie is kept.
func (c *clerk) signIn() (int, []byte, error) {
	form := url.Values{"login": {c.Login}, "password": {c.Password}}
	req, err := http.NewRequestWithContext(context.Background(), "POST", c.Base+"/sign-in", strings.NewReader(form.Encode()))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return do(c.http, req)
}
