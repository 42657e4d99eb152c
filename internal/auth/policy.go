package auth

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

// DefaultPolicy are the rules in force unless a city sets its own.
var DefaultPolicy = Policy{
	MinLength: 10, Classes: 3, HistorySize: 5,
	Failures: 5, LockFor: 15 * time.Minute, PerMinute: 60,
	Idle: 30 * time.Minute, Longest: 12 * time.Hour,
	CodeFor: 72 * time.Hour, SetUpFor: 24 * time.Hour,
}

// ForgetAfter is how long failures in a row are remembered.
const ForgetAfter = 24 * time.Hour

const (
	// maxPassword is in bytes: longer ones are refused, never cut.
	maxPassword = 256
	// longestLock is how many times LockFor an account is locked at most: who
	// guesses gains nothing, who is locked out by others is not so for days.
	longestLock = 8
)

// CheckPassword gives everything that is wrong with a new password as one
// Refusal, or nil. Former passwords are known by hash only: see Verify.
func (p Policy) CheckPassword(password, login string) error {
	var bad []edu.Text
	add := func(zh, en string) { bad = append(bad, edu.Text{ZH: zh, EN: en}) }
	text := norm.NFKC.String(password)
	if n := utf8.RuneCountInString(text); n < p.MinLength {
		add(fmt.Sprintf("密码至少%d个字符，现为%d个", p.MinLength, n), fmt.Sprintf("the password has %d characters; want at least %d", n, p.MinLength))
	}
	if len(password) > maxPassword {
		add("密码过长", "the password is too long")
	}
	if n := classes(text); n < p.Classes {
		add(fmt.Sprintf("密码须含大写字母、小写字母、数字、符号中的%d类，现为%d类", p.Classes, n),
			fmt.Sprintf("the password has %d of upper case, lower case, digits and signs; want %d", n, p.Classes))
	}
	folded := strings.ToLower(text)
	if l := strings.ToLower(login); len(l) >= 3 && strings.Contains(folded, l) {
		add("密码不得包含登录名", "the password contains the login name")
	}
	if common(folded) {
		add("密码过于常见或只是键盘上的顺序", "the password is one of those that are tried first")
	}
	if len(bad) == 0 {
		return nil
	}
	return &Refusal{Kind: fault.Invalid, Texts: bad}
}

// Reused is the refusal of a password that the account had before.
func (p Policy) Reused() error {
	return Refuse(fault.Invalid, fmt.Sprintf("不得使用最近%d次用过的密码", p.HistorySize), fmt.Sprintf("the password is one of the last %d", p.HistorySize))
}

// classes counts the kinds of character; letters without case, such as Chinese
// ones, count as signs: they are not on a keyboard that guesses.
func classes(s string) int {
	var seen [4]bool
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			seen[0] = true
		case unicode.IsLower(r):
			seen[1] = true
		case unicode.IsDigit(r):
			seen[2] = true
		default:
			seen[3] = true
		}
	}
	n := 0
	for _, b := range seen {
		if b {
			n++
		}
	}
	return n
}

// LockedUntil is when an account that failed so many times in a row may try
// again; zero if at once. Each further failure doubles the time.
func (p Policy) LockedUntil(failures int, last time.Time) time.Time {
	if p.Failures <= 0 || failures < p.Failures {
		return time.Time{}
	}
	times := longestLock
	if more := failures - p.Failures; more < 3 {
		times = 1 << more
	}
	return last.Add(time.Duration(times) * p.LockFor)
}

// Ends gives when a session ends if nothing happens, and at the latest.
func (p Policy) Ends(began, seen time.Time) (idle, ends time.Time) {
	ends = began.Add(p.Longest)
	idle = seen.Add(p.Idle)
	if idle.After(ends) {
		idle = ends
	}
	return idle, ends
}

// Over tells that a session has ended: idle too long, or simply too old.
func (p Policy) Over(began, seen, now time.Time) bool {
	idle, _ := p.Ends(began, seen)
	return !now.Before(idle) || now.Before(began.Add(-time.Minute))
}

// NeedsTOTP tells whether one of the grants asks for a second factor.
func (p Policy) NeedsTOTP(gs []Grant) bool {
	return slices.ContainsFunc(gs, func(g Grant) bool { return slices.Contains(p.TOTPRoles, g.Role) })
}
