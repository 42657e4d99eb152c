package storetest

import (
	"context"
	"errors"
	"testing"

	"shuren/internal/fault"
	"shuren/internal/store"
)

// documentWithTasks: a document and the tasks that follow from it are kept together;
// where one of them cannot be, nothing is, and the log has no line of it.
func documentWithTasks(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	twoCounties(t, s)
	put := func(rev int, moves ...store.TaskMove) (store.Document, int, error) {
		d, made, err := s.PutDocumentAndTasks(ctx, all, store.Document{Kind: "plan", ID: "p/1", Rev: rev, State: "draft", Title: "方案", Day: 20000, Body: `{}`, By: "a", Name: "甲", At: noon}, moves, line("p"))
		return d, len(made), err
	}
	if d, n, err := put(0, draft("t1", "bureau:east", "east", "s#0", nil), draft("t2", "bureau:west", "west", "s#1", nil)); err != nil || d.Rev != 1 || n != 2 {
		t.Fatalf("revision %d, %d tasks, %v", d.Rev, n, err)
	}
	if d, n, err := put(0, draft("t3", "bureau:east", "east", "s#2", nil)); !errors.Is(err, fault.Conflict) || d.Rev != 1 || n != 0 {
		t.Errorf("over an older revision: revision %d, %d tasks, %v", d.Rev, n, err)
	}
	if _, _, err := put(1, draft("t4", "bureau:east", "east", "s#3", nil), draft("t1", "bureau:east", "east", "s#4", nil)); err == nil {
		t.Error("a task's id was used twice")
	}
	if d, err := s.Document(ctx, all, "plan", "p/1"); err != nil || d.Rev != 1 {
		t.Errorf("the document moved without its tasks: revision %d, %v", d.Rev, err)
	}
	for _, id := range []string{"t3", "t4"} {
		if _, _, _, err := s.Task(ctx, wholeView, id); !errors.Is(err, fault.NotFound) {
			t.Errorf("task %s is there without its document: %v", id, err)
		}
	}
	if d, n, err := put(1); err != nil || d.Rev != 2 || n != 0 {
		t.Errorf("without tasks: revision %d, %v", d.Rev, err)
	}
}
