package sensitive

import (
	"math"
	"regexp"
	"strconv"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

type named struct {
	expression *regexp.Regexp
	mask       string
}

type cleaner struct {
	keys     []*regexp.Regexp
	patterns []named
}

func mask(name string) string { return "[redacted:" + name + "]" }

// text without what is sensitive in it.
func (c *cleaner) text(text string) string {
	for _, one := range c.patterns {
		if one.expression.MatchString(text) {
			text = one.expression.ReplaceAllLiteralString(text, one.mask)
		}
	}
	return withoutCards(withoutIBANs(text))
}

// value in place: of a map its keys as well, of a list each item, of a number what it would be as text.
func (c *cleaner) value(value pcommon.Value) {
	switch value.Type() {
	case pcommon.ValueTypeStr:
		c.replace(value, value.Str())
	case pcommon.ValueTypeInt:
		c.replace(value, strconv.FormatInt(value.Int(), 10))
	case pcommon.ValueTypeDouble: // a card number that was read as a number has no fraction
		if number := value.Double(); number == math.Trunc(number) && math.Abs(number) < 1e19 {
			c.replace(value, strconv.FormatFloat(number, 'f', 0, 64))
		}
	case pcommon.ValueTypeBytes:
		if raw := value.Bytes().AsRaw(); utf8.Valid(raw) {
			c.replace(value, string(raw))
		}
	case pcommon.ValueTypeMap:
		c.attributes(value.Map())
	case pcommon.ValueTypeSlice:
		for i := 0; i < value.Slice().Len(); i++ {
			c.value(value.Slice().At(i))
		}
	}
}

func (c *cleaner) replace(value pcommon.Value, text string) {
	if clean := c.text(text); clean != text {
		value.SetStr(clean)
	}
}

func (c *cleaner) attributes(of pcommon.Map) {
	var renamed []string
	for key, value := range of.All() {
		if c.masked(key) {
			value.SetStr(mask("key"))
		} else {
			c.value(value)
		}
		if c.text(key) != key {
			renamed = append(renamed, key)
		}
	}
	for _, key := range renamed {
		if value, found := of.Get(key); found {
			kept := pcommon.NewValueEmpty()
			value.CopyTo(kept)
			of.Remove(key)
			kept.CopyTo(of.PutEmpty(c.text(key)))
		}
	}
}

func (c *cleaner) masked(key string) bool {
	for _, one := range c.keys {
		if one.MatchString(key) {
			return true
		}
	}
	return false
}
