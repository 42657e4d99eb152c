package flow

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"sync"

	"shuren/internal/collect"
	"shuren/internal/store"
)

// Book is a filled workbook in a folder.
type Book struct {
	Name string
	Open func() ([]byte, error)
}

// Collected is what became of one book.
type Collected struct {
	File    string
	Refused bool // nothing of it was saved
	*collect.Uploaded
}

// CollectOptions say how a folder of workbooks is read.
type CollectOptions struct {
	Submit    bool
	Marked    bool // marks the cells of books with problems
	Overwrite bool // books stand over what was saved since they were made
	Done      func(Collected) error
}

func (o CollectOptions) upload() collect.UploadOptions {
	return collect.UploadOptions{Submit: o.Submit, Overwrite: o.Overwrite}
}

// CollectBooks uploads many workbooks: they are read and checked side by side and
// written one after the other, in their order, each in one transaction. A book
// that was read before and whose filings have not moved since is passed over, so
// that a killed run is taken up by starting it again.
func (d *Desk) CollectBooks(ctx context.Context, books []Book, opt CollectOptions) error {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait() // nothing reads on once this has returned
	defer cancel()
	// Books wait in line with their answers, a few of them at a time.
	workers := runtime.GOMAXPROCS(0)
	line := make(chan chan *uploading, 2*workers)
	errs := make(chan error, 1)
	stop := func(err error) {
		select {
		case errs <- err:
		default:
		}
		cancel()
	}
	wg.Go(func() {
		defer close(line)
		free := make(chan struct{}, workers)
		for _, b := range books {
			answer := make(chan *uploading, 1)
			select {
			case line <- answer:
			case <-ctx.Done():
				return
			}
			free <- struct{}{}
			wg.Go(func() {
				defer func() { <-free }()
				u, err := d.readBook(ctx, b, opt)
				if err != nil {
					stop(err)
				}
				answer <- u
			})
		}
	})
	for answer := range line {
		u := <-answer
		if u == nil || ctx.Err() != nil {
			break
		}
		c, err := d.writeBook(ctx, u, opt)
		if err == nil && opt.Done != nil {
			err = opt.Done(c)
		}
		if err != nil {
			stop(err)
			break
		}
	}
	select {
	case err := <-errs:
		return err
	default:
		return ctx.Err()
	}
}

func (d *Desk) readBook(ctx context.Context, b Book, opt CollectOptions) (*uploading, error) {
	body, err := b.Open()
	if err != nil {
		return nil, err
	}
	hash := store.HashOf(body)
	again, err := d.uploadedBefore(ctx, b.Name, hash, opt.upload())
	if err != nil {
		return nil, err
	}
	if again != nil {
		return &uploading{out: again}, nil
	}
	u, err := d.readUpload(ctx, b.Name, hash, bytes.NewReader(body), int64(len(body)), opt.upload())
	if err != nil {
		return nil, err
	}
	if opt.Marked {
		err = u.mark()
	}
	return u, err
}

// writeBook writes what was read. Where somebody saved one of its units since,
// the book is read again.
func (d *Desk) writeBook(ctx context.Context, u *uploading, opt CollectOptions) (Collected, error) {
	for try := 0; ; try++ {
		err := d.writeUpload(ctx, u)
		if errors.Is(err, store.ErrStale) && try < 3 {
			if u, err = d.readUpload(ctx, u.out.File, u.up.Hash, u.source, u.size, opt.upload()); err != nil {
				return Collected{}, err
			}
			if opt.Marked {
				if err := u.mark(); err != nil {
					return Collected{}, err
				}
			}
			continue
		}
		out := Collected{File: u.out.File, Uploaded: u.out}
		out.Refused = u.out.Reading.Blocked()
		return out, err
	}
}
