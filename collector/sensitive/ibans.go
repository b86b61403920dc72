package sensitive

import (
	"regexp"
	"strings"
)

// Characters of an IBAN by country: SWIFT, "IBAN Registry", release 99.
const lengths = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 " +
	"EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 " +
	"KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 " +
	"PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 " +
	"VG24 XK20 YE30"

var begins = regexp.MustCompile(`[A-Za-z]{2}[ \-]?[0-9]{2}`)

// withoutIBANs masks every account number whose country, length and check digits are right.
func withoutIBANs(text string) string {
	var out strings.Builder
	kept := 0
	for _, at := range begins.FindAllStringIndex(text, -1) {
		if at[0] < kept || (at[0] > 0 && alphanumeric(text[at[0]-1])) {
			continue
		}
		if end := iban(text, at[0]); end > 0 {
			out.WriteString(text[kept:at[0]])
			out.WriteString(mask("iban"))
			kept = end
		}
	}
	if kept == 0 {
		return text
	}
	return out.String() + text[kept:]
}

// iban gives the end of the account number that begins at `from`, or 0. Blanks and dashes between characters do not
// count.
func iban(text string, from int) int {
	wanted := length(text[from : from+2])
	account, end := "", from
	for ; end < len(text) && len(account) < wanted; end++ {
		switch {
		case alphanumeric(text[end]):
			account += string(text[end])
		case !strings.ContainsRune(" -", rune(text[end])):
			return 0
		}
	}
	if wanted == 0 || len(account) < wanted || (end < len(text) && alphanumeric(text[end])) || !checks(account) {
		return 0
	}
	return end
}

func length(country string) int {
	at := strings.Index(lengths, strings.ToUpper(country))
	if at < 0 || at%5 != 0 {
		return 0
	}
	return int(lengths[at+2]-'0')*10 + int(lengths[at+3]-'0')
}

// checks: ISO 13616-1, ISO/IEC 7064 MOD 97-10.
func checks(account string) bool {
	remainder := 0
	for _, letter := range strings.ToUpper(account[4:] + account[:4]) {
		if letter >= 'A' {
			remainder = (remainder*100 + int(letter-'A') + 10) % 97
		} else {
			remainder = (remainder*10 + int(letter-'0')) % 97
		}
	}
	return remainder == 1
}

func alphanumeric(letter byte) bool {
	return letter >= '0' && letter <= '9' || letter >= 'A' && letter <= 'Z' || letter >= 'a' && letter <= 'z'
}
