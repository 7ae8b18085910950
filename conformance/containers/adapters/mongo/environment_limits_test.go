package mongo_test

import (
	"math"
	"regexp"
	"strconv"

	"go.mongodb.org/mongo-driver/v2/bson"
)

var limit = regexp.MustCompile(`is not (greater|less) than( or equal to)? (-?[0-9.]+(?:e[+-]?[0-9]+)?)`)

// limitsOf finds the smallest and the largest number that each parameter takes:
// those of 64 bits, of 32 bits, or those that the server names.
func limitsOf(list []parameter, ask func([]string) []string) map[string][]string {
	type side struct {
		parameter
		large bool
		text  string // what is tried next
	}
	var open []side
	for _, p := range list {
		if len(otherTexts[p.name]) > 0 {
			continue
		}
		switch p.value.Type {
		case bson.TypeInt32:
			open = append(open, side{p, false, strconv.Itoa(math.MinInt32)}, side{p, true, strconv.Itoa(math.MaxInt32)})
		case bson.TypeInt64:
			open = append(open, side{p, false, strconv.FormatInt(math.MinInt64, 10)}, side{p, true, strconv.FormatInt(math.MaxInt64, 10)})
		case bson.TypeDouble:
			open = append(open, side{p, false, "-1e+300"}, side{p, true, "1e+300"})
		}
	}
	found := make(map[string][]string)
	for range 4 {
		var assignments []string
		for _, s := range open {
			assignments = append(assignments, s.name+"="+s.text)
		}
		if len(open) == 0 {
			break
		}
		var again []side
		for i, refusal := range ask(assignments) {
			s := open[i]
			if refusal == "" {
				found[s.name] = append(found[s.name], s.text)
				continue
			}
			if text := nearer(s.text, refusal, s.value.Type == bson.TypeDouble, s.large); text != s.text {
				s.text = text
				again = append(again, s)
			}
		}
		open = again
	}
	return found
}

// nearer is the next value to try after one that was refused.
func nearer(text, refusal string, isDouble, large bool) string {
	if bound := limit.FindStringSubmatch(refusal); bound != nil {
		n, err := strconv.ParseFloat(bound[3], 64)
		if err != nil {
			return text
		}
		step := 0.0
		if bound[2] == "" {
			step = 1
			if isDouble {
				step = 0.001
			}
			if large {
				step = -step
			}
		}
		if isDouble {
			return strconv.FormatFloat(n+step, 'g', -1, 64)
		}
		return strconv.FormatInt(int64(n+step), 10)
	}
	small, big := strconv.Itoa(math.MinInt32), strconv.Itoa(math.MaxInt32)
	switch {
	case isDouble:
		return text
	case large && text != big && text != "1":
		return big
	case large:
		return "1"
	case text != small && text != "0" && text != "1":
		return small
	case text == small:
		return "0"
	}
	return "1"
}
