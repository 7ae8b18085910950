package conformance

import "time"

func timeChecks[U, S any]() []check[U, S] {
	return []check[U, S]{
		{clause: "TIM-01", sentence: "finer_digits_are_cut_off_and_milliseconds_kept", run: timesCut[U, S]},
		{clause: "TIM-02", sentence: "times_of_all_years_come_back", run: timesOfAllYears[U, S]},
		{clause: "TIM-02", sentence: "times_outside_years_1_to_9999_are_invalid", run: seeded(timesInvalid[U, S])},
		{clause: "TIM-03", sentence: "times_in_any_zone_are_the_same_instant_in_utc", run: timesInZones[U, S]},
		{clause: "TIM-04", sentence: "the_zone_of_the_process_changes_nothing", zone: true, run: timesElsewhere[U, S]},
		{clause: "TIM-05", sentence: "an_expired_session_stays_until_it_is_deleted", run: clockExpired[U, S]},
		{clause: "TIM-05", sentence: "the_sweep_goes_by_its_now", run: clockSweep[U, S]},
		{clause: "TIM-05", sentence: "a_store_that_expires_rows_keeps_the_living", run: clockAlive[U, S]},
	}
}

// moment is a time to write, and the time that must be read.
type moment struct{ put, want time.Time }

func utc(year int, month time.Month, day, hour, minute, second, nanos int) time.Time {
	return time.Date(year, month, day, hour, minute, second, nanos, time.UTC)
}

// cutMoments returns times that are finer than a millisecond.
func cutMoments() []moment {
	return []moment{
		{utc(2024, 5, 17, 12, 34, 56, 123_456_789), utc(2024, 5, 17, 12, 34, 56, 123_000_000)},
		{utc(2024, 5, 17, 12, 34, 56, 1_999_999), utc(2024, 5, 17, 12, 34, 56, 1_000_000)},
		{utc(2024, 5, 17, 12, 34, 56, 500), utc(2024, 5, 17, 12, 34, 56, 0)},
		{utc(2024, 12, 31, 23, 59, 59, 999_999_999), utc(2024, 12, 31, 23, 59, 59, 999_000_000)},
		{utc(2024, 12, 31, 23, 59, 59, 999_500_000).Add(-time.Second), utc(2024, 12, 31, 23, 59, 58, 999_000_000)},
		{utc(1970, 1, 1, 0, 0, 0, 999_999), utc(1970, 1, 1, 0, 0, 0, 0)},
		{utc(1969, 12, 31, 23, 59, 59, 999_999_999), utc(1969, 12, 31, 23, 59, 59, 999_000_000)},
		{utc(1969, 12, 31, 23, 59, 59, 1), utc(1969, 12, 31, 23, 59, 59, 0)},
		{utc(1969, 12, 31, 23, 59, 58, 500_500), utc(1969, 12, 31, 23, 59, 58, 0)},
		{utc(1901, 12, 13, 20, 45, 51, 1_500_001), utc(1901, 12, 13, 20, 45, 51, 1_000_000)},
		{utc(1, 1, 1, 0, 0, 0, 1_999_999), utc(1, 1, 1, 0, 0, 0, 1_000_000)},
		{utc(9999, 12, 31, 23, 59, 59, 998_999_999), utc(9999, 12, 31, 23, 59, 59, 998_000_000)},
		{utc(9999, 12, 31, 23, 59, 59, 999_999_999), utc(9999, 12, 31, 23, 59, 59, 999_000_000)},
	}
}

// oldAndNewMoments returns times at the limits of representations of time.
func oldAndNewMoments() []moment {
	var list []moment
	for _, t := range []time.Time{
		utc(1, 1, 1, 0, 0, 0, 0),                  // Go's zero time
		utc(1, 1, 1, 0, 0, 0, 1e6),                //
		utc(33, 4, 3, 15, 0, 0, 0),                // a year of two digits
		utc(999, 12, 31, 23, 59, 59, 999e6),       // MySQL's DATETIME begins a second later
		utc(1582, 10, 10, 12, 0, 0, 0),            // a day that the Gregorian calendar left out
		utc(1677, 9, 21, 0, 12, 43, 145e6),        // int64 nanoseconds begin
		utc(1678, 1, 1, 0, 0, 0, 0),               //
		utc(1883, 11, 18, 12, 0, 0, 0),            // standard time begins
		utc(1900, 2, 28, 23, 59, 59, 0),           // 1900 was no leap year
		utc(1901, 12, 13, 20, 45, 51, 999e6),      // int32 seconds begin a millisecond later
		utc(1969, 12, 31, 23, 59, 59, 999e6),      // -1 ms
		utc(1970, 1, 1, 0, 0, 0, 0),               // 0, and MySQL's TIMESTAMP begins a second later
		utc(1970, 1, 1, 0, 0, 0, 1e6),             //
		utc(2000, 2, 29, 0, 0, 0, 0),              //
		utc(2016, 12, 31, 23, 59, 59, 999e6),      // a leap second follows
		utc(2024, 3, 10, 2, 30, 0, 0),             // no such local time in New York
		utc(2024, 3, 10, 7, 30, 0, 0),             //
		utc(2024, 3, 31, 2, 30, 0, 0),             // no such local time in Berlin
		utc(2024, 9, 29, 2, 45, 0, 0),             // no such local time on the Chatham Islands
		utc(2024, 11, 3, 5, 30, 0, 0),             // 1:30 in New York,
		utc(2024, 11, 3, 6, 30, 0, 0),             // and again
		utc(2024, 10, 27, 0, 30, 0, 0),            // 2:30 in Berlin,
		utc(2024, 10, 27, 1, 30, 0, 0),            // and again
		utc(2038, 1, 19, 3, 14, 8, 0),             // int32 seconds are over
		utc(2106, 2, 7, 6, 28, 16, 0),             // uint32 seconds are over
		utc(2262, 4, 11, 23, 47, 16, 855e6),       // int64 nanoseconds are over
		utc(9999, 12, 31, 0, 0, 0, 0),             // "never"
		utc(9999, 12, 31, 23, 59, 59, 999e6),      //
		utc(9999, 12, 31, 23, 59, 59, 998e6),      //
		utc(2024, 1, 1, 0, 0, 0, 0),               // no digits after the second,
		utc(2024, 1, 1, 0, 0, 0, 100e6),           // one,
		utc(2024, 1, 1, 0, 0, 0, 10e6),            // two, with a zero
		utc(2024, 12, 30, 0, 0, 0, 1e6),           // in week 1 of the next year
		time.UnixMilli(1_715_949_296).UTC(),       // what seconds look like when read as milliseconds
		time.UnixMilli(1_715_949_296_789_0).UTC(), //
	} {
		list = append(list, moment{t, t})
	}
	return list
}

// zonedMoments returns times in zones other than UTC. At the first and the last times the
// local year is one that no store can hold, but the year in UTC is valid.
func zonedMoments() []moment {
	at := func(offset int, year int, month time.Month, day, hour, minute, second, nanos int) time.Time {
		return time.Date(year, month, day, hour, minute, second, nanos, time.FixedZone("", offset))
	}
	const h, m = 3600, 60
	list := []moment{
		{at(12*h+45*m, 2024, 5, 17, 12, 34, 56, 789e6), utc(2024, 5, 16, 23, 49, 56, 789e6)},
		{at(-3*h-30*m, 2024, 5, 17, 22, 34, 56, 789e6), utc(2024, 5, 18, 2, 4, 56, 789e6)},
		{at(1, 2024, 5, 17, 12, 34, 56, 789e6), utc(2024, 5, 17, 12, 34, 55, 789e6)},
		{at(-1, 2024, 5, 17, 12, 34, 56, 1e6), utc(2024, 5, 17, 12, 34, 57, 1e6)},
		{at(14*h, 2025, 1, 1, 9, 0, 0, 0), utc(2024, 12, 31, 19, 0, 0, 0)},
		{at(-12*h, 2024, 12, 31, 13, 0, 0, 0), utc(2025, 1, 1, 1, 0, 0, 0)},
		{at(23*h+59*m+59, 2024, 3, 1, 12, 0, 0, 5e6), utc(2024, 2, 29, 12, 0, 1, 5e6)},
		{at(0, 2024, 5, 17, 12, 34, 56, 788e6), utc(2024, 5, 17, 12, 34, 56, 788e6)},
		{at(17*m+30, 1890, 1, 1, 0, 0, 0, 0), utc(1889, 12, 31, 23, 42, 30, 0)},
		{at(5*h+30*m, 1969, 12, 31, 23, 59, 59, 999_999_999), utc(1969, 12, 31, 18, 29, 59, 999e6)},
		{at(14*h, 10000, 1, 1, 5, 0, 0, 0), utc(9999, 12, 31, 15, 0, 0, 0)},
		{at(-12*h, 0, 12, 31, 20, 0, 0, 0), utc(1, 1, 1, 8, 0, 0, 0)},
		{noon.Add(time.Minute).Local(), noon.Add(time.Minute)},
	}
	for _, name := range []string{"America/New_York", "Pacific/Chatham", "Africa/Monrovia"} {
		// If the machine has no zones, only those above are tried.
		if zone, err := time.LoadLocation(name); err == nil {
			at := utc(2024, 11, 3, 6, 30, len(list), 0)
			list = append(list, moment{at.In(zone), at})
		}
	}
	return list
}
