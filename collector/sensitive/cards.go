package sensitive

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Lengths of card numbers: ISO/IEC 7812-1:2017 allows 10 to 19 digits; 13 is the shortest that a scheme issues.
const shortest, longest = 13, 19

// What people and programs put between the groups of a number: up to three blanks, dashes, dots, strokes, colons, and
// what they are in URLs. No comma: it stands between numbers of a list.
var between = regexp.MustCompile(`^(?:%2[0bBdDeEfF]|%[cC]2%[aA]0|[\s\-._/+:|*\x{a0}\x{ad}\x{2000}-\x{2015}\x{202f}\x{2060}\x{2212}\x{3000}\x{feff}]){1,3}$`)

// What a URL writes for a sign between groups, and names of hexadecimal digits with a letter among them: of traces, of
// digests, and UUIDs.
var identifier = regexp.MustCompile(
	`%2[0bBdDeEfF]|%[cC]2%[aA]0|\b(?:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64})\b`)

// group is a run of digits that no digit stands beside, at text[from:to].
type group struct {
	from, to int
	digits   string // of a longer run than any card number has, the beginning
	gap      string // what stands before it and after the group before
	joined   bool   // only separators do
}

// withoutCards masks every run of 13 to 19 digits that passes Luhn, whole or in groups.
func withoutCards(text string) string {
	found := groups(text)
	var out strings.Builder
	kept := 0
	for first := 0; first < len(found); first++ {
		last := card(found, first)
		if last < first {
			continue
		}
		out.WriteString(text[kept:found[first].from])
		out.WriteString(mask("pan"))
		for ; first < last; first++ { // what begins inside goes with it to its own end
			last = max(last, card(found, first+1))
		}
		kept = found[last].to
	}
	if kept == 0 {
		return text
	}
	return out.String() + text[kept:]
}

// card gives the last group of the longest card number that begins with the group `first`, or -1.
func card(all []group, first int) int {
	number, end := "", -1
	for last := first; last < len(all) && (last == first || all[last].joined); last++ {
		number += all[last].digits
		if len(number) > longest {
			break
		}
		if len(number) >= shortest && issued(number) && luhn(number) && grouped(all[first:last+1]) {
			end = last
		}
	}
	return end
}

// A date and a time, such as 20261126090714, with or without milliseconds. No scheme issues cards that begin with 20.
var moment = regexp.MustCompile(`^20[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[01][0-9]|2[0-3])(?:[0-5][0-9]){2}(?:[0-9]{3})?$`)

// issued says whether cards begin so: 0 is no industry of cards, and 1 is of airlines, whose cards have 15 digits
// (ISO/IEC 7812-1, "Major industry identifier"; UATP). Times since 1970 in ms, us and ns begin with 1 until 2033.
func issued(number string) bool {
	if number[0] <= '1' {
		return number[0] == '1' && len(number) == 15
	}
	return !moment.MatchString(number)
}

// grouped says whether a number is written so. Alone it is no fraction such as 0.4111111111111111; in groups all but the
// last have three digits or more, unlike dates and times, or the same stands between all of them.
func grouped(all []group) bool {
	if len(all) == 1 {
		return all[0].gap != "."
	}
	wide, same := true, true
	for i, one := range all {
		wide = wide && (len(one.digits) >= 3 || i == len(all)-1)
		same = same && (i == 0 || one.gap == all[1].gap)
	}
	return wide || same
}

// luhn: ISO/IEC 7812-1, annex B.
func luhn(number string) bool {
	sum := 0
	for i := range number {
		digit := int(number[len(number)-1-i] - '0')
		if i%2 == 1 {
			if digit *= 2; digit > 9 {
				digit -= 9
			}
		}
		sum += digit
	}
	return sum%10 == 0
}

func groups(text string) []group {
	var all []group
	skipped := append(identifiers(text), []int{len(text), len(text)})
	open := false // whether the last group goes on
	for at, letter := range text {
		for at >= skipped[0][1] {
			skipped = skipped[1:]
		}
		digit := decimal(letter)
		if digit < 0 || at >= skipped[0][0] {
			open = false
			continue
		}
		if !open {
			all = append(all, begun(text, all, at))
			open = true
		}
		last := &all[len(all)-1]
		last.to = at + utf8.RuneLen(letter)
		if len(last.digits) <= longest {
			last.digits += string(rune('0' + digit))
		}
	}
	return all
}

func begun(text string, before []group, at int) group {
	if len(before) == 0 {
		return group{from: at}
	}
	gap := text[before[len(before)-1].to:at]
	return group{from: at, gap: gap, joined: between.MatchString(gap)}
}

// identifiers gives where in the text digits are no number, in order.
func identifiers(text string) [][]int {
	var found [][]int
	for _, at := range identifier.FindAllStringIndex(text, -1) {
		if one := text[at[0]:at[1]]; one[0] == '%' || strings.ContainsAny(one, "abcdefABCDEF") {
			found = append(found, at)
		}
	}
	return found
}

// decimal gives the value of a digit, in the scripts that keyboards and forms have; -1 for all else.
func decimal(letter rune) int {
	for _, zero := range []rune{'0', 0xff10, 0x0660, 0x06f0, 0x0966} {
		if letter >= zero && letter <= zero+9 {
			return int(letter - zero)
		}
	}
	return -1
}
