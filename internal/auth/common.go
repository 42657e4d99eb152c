package auth

import "strings"

// usual are passwords, folded, that satisfy rules of length and classes and
// are tried first all the same: English, Chinese and of our own trade.
var usual = map[string]bool{}

func init() {
	for _, w := range strings.Fields(`
		admin administrator root system sysadmin secadmin auditadmin manager user guest test demo temp default
		password passwd pass passw0rd p@ssw0rd p@ssword secret welcome login letmein changeme iloveyou monkey dragon
		qwer qwert qwerty qwertyuiop asdf asdfgh zxcv zxcvbn qaz qazwsx wsx qazwsxedc
		abc abcd abcde a aa aaa asd zaq
		woaini woaizhongguo mima mimashi zhongguo china zhonghua wode nihao laoshi xuexiao xiaoxue zhongxue jiaoyu jiaoyuju jiaotiju
		shuren shuju yunnan qujing kunming qilin zhanyi malong xuanwei fuyuan luoping shizong luliang huize
		teacher school student education`) {
		usual[w] = true
	}
}

var plain = strings.NewReplacer("@", "a", "0", "o", "1", "l", "3", "e", "$", "s", "5", "s", "7", "t", "!", "i")

// common tells that a folded password is a usual word, dressed up with digits
// and signs, or mostly a run such as 12345678, abcdefgh or aaaaaaaa.
func common(s string) bool {
	for _, t := range []string{s, plain.Replace(strings.TrimRight(s, "0123456789!@#$%^&*._-+=?~"))} {
		word := strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' {
				return r
			}
			return -1
		}, t)
		// Only the letters count: what stands around them is what people add
		// until a rule is content.
		if ascii(t) && (usual[word] || word == "") {
			return true
		}
	}
	return longestRun(s)*2 > len([]rune(s))
}

func ascii(s string) bool {
	for _, r := range s {
		if r > 127 {
			return false
		}
	}
	return true
}

// longestRun is the longest stretch of characters that go up by one, down by
// one, or stay.
func longestRun(s string) int {
	rs := []rune(s)
	best := 0
	for _, step := range []rune{-1, 0, 1} {
		n := 1
		for i := range rs {
			if i > 0 && rs[i]-rs[i-1] == step {
				n++
			} else {
				n = 1
			}
			best = max(best, n)
		}
	}
	return best
}
