package flow_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/collect"
)

// slow is a workbook that does not come to an end before it is let go.
type slow struct{ began, goOn chan struct{} }

func (s slow) ReadAt([]byte, int64) (int, error) {
	s.began <- struct{}{}
	<-s.goOn
	return 0, errors.New("gone")
}

// Only so many workbooks are read at once as the memory is good for: the next
// one waits for a place, and no longer than its request.
func TestUploadsWaitForAPlace(t *testing.T) {
	o := newOffice(t)
	is := o.issue()
	desk := o.as(auth.SchoolHead, o.school(is.ID, 1, 0).Unit)
	book := slow{make(chan struct{}), make(chan struct{})}
	var wg sync.WaitGroup
	for range 2 * runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			if _, err := desk.Upload(o.ctx, "slow.xlsx", book, 10, collect.UploadOptions{}); err == nil {
				t.Error("a workbook that broke off was read")
			}
		})
		<-book.began
	}
	ctx, cancel := context.WithCancel(o.ctx)
	cancel()
	if _, err := desk.Upload(ctx, "next.xlsx", book, 10, collect.UploadOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("one more: %v", err)
	}
	close(book.goOn)
	wg.Wait()
	after := slow{make(chan struct{}, 1), make(chan struct{})}
	close(after.goOn)
	if _, err := desk.Upload(o.ctx, "next.xlsx", after, 10, collect.UploadOptions{}); err == nil || len(after.began) != 1 {
		t.Errorf("there is room again, and yet it was not read: %v", err)
	}
}
