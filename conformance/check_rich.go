package conformance

import "slices"

// richChecks returns the checks about attributes that only the rich types have. It also
// returns checks that need so many rows or connections that they run for only one pair of
// types: how a call ends if its context ends or its server fails does not depend on
// attributes.
func richChecks() []check[richUser, richSession] {
	return slices.Concat(uniqueAtOnce[richUser, richSession](), migrateChecks[richUser, richSession](), leakChecks[richUser, richSession](), []check[richUser, richSession]{
		{clause: "USR-06", sentence: "delete_again_finishes_what_was_interrupted", users: true, run: seeded(userDeleteAgain[richUser, richSession])},
		{clause: "ATT-01", sentence: "numbers_come_back_exactly", run: richNumbers},
		{clause: "ATT-01", sentence: "text_and_bytes_come_back_exactly", run: richTexts},
		{clause: "ATT-02", sentence: "zero_nil_and_empty_stay_apart", run: richNulls},
		{clause: "ATT-03", sentence: "text_within_json_comes_back_exactly", run: richJSON},
		{clause: "ATT-04", sentence: "invalid_values_are_refused_and_nothing_is_stored", run: richInvalid},
		{clause: "ATT-05", sentence: "a_value_at_its_max_is_kept_whole", run: richAtMax},
		{clause: "ATT-05", sentence: "a_value_over_its_max_is_too_long", run: richOverMax},
		{clause: "ATT-06", sentence: "the_attribute_is_named_whatever_its_value", run: seeded(richUniqueTexts)},
		{clause: "ATT-06", sentence: "only_equal_values_conflict", run: seeded(richUniqueEqual)},
		{clause: "ATT-06", sentence: "nil_conflicts_with_nothing", run: seeded(richUniqueNil)},
		{clause: "ATT-08", sentence: "unmasked_values_are_not_looked_at", run: richUnmasked},
		{clause: "ATT-09", sentence: "a_mebibyte_comes_back_whole", run: richLarge},
		{clause: "TIM-05", sentence: "a_store_that_expires_rows_goes_by_the_present_lease", run: storeExpires[richUser, richSession]},
		{clause: "OPT-01", sentence: "user_by_finds_each_unique_value", users: true, run: finding(richUserBy)},
		{clause: "OPT-01", sentence: "user_by_compares_byte_for_byte", users: true, run: richUserByAlike},
		{clause: "OPT-01", sentence: "user_by_goes_by_the_present_value", users: true, run: finding(richUserByPresent)},
		{clause: "OPT-01", sentence: "user_by_during_updates_of_the_user", users: true, run: finding(userByDuringUpdates)},
		{clause: "OPT-01", sentence: "user_by_finds_what_it_did_not_find_before", users: true, run: finding(richUserByMissed)},
		{clause: "OPT-01", sentence: "a_value_that_no_user_can_have_is_not_found", users: true, run: finding(richUserByImpossible)},
		{clause: "ERR-04", sentence: "no_text_about_a_value_has_it", run: richTextsOfValues},
		{clause: "ERR-04", sentence: "no_text_about_a_missing_table_has_a_value", run: damagedTexts[richUser, richSession]},
		{clause: "ERR-05", sentence: "an_outage_is_unavailable_and_ends", hook: hookCut, run: outage[richUser, richSession]},
		{clause: "ERR-05", sentence: "a_context_that_ends_during_an_outage", hook: hookCut, run: outageContexts[richUser, richSession]},
		{clause: "CTX-02", sentence: "a_context_that_ends_at_any_look", run: seeded(contextEndsAtLook[richUser, richSession])},
		{clause: "CTX-02", sentence: "a_context_that_another_goroutine_ends", run: seeded(contextEndsElsewhere[richUser, richSession])},
		{clause: "STO-01", sentence: "a_handle_that_has_read_sees_what_another_writes", run: readAgain[richUser, richSession]},
		{clause: "STO-01", sentence: "the_last_write_outlives_the_only_handle", run: lastWriteOutlives[richUser, richSession]},
		{clause: "CTX-02", sentence: "a_context_that_ends_during_a_delete_of_many", run: contextEndsDuringMany[richUser, richSession]},
		{clause: "CTX-02", sentence: "a_deadline_far_ahead_changes_nothing", run: seeded(contextFarDeadline[richUser, richSession])},
		{clause: "OPT-02", sentence: "another_field_or_type_is_invalid", users: true, run: finding(richUserByInvalid)},
	})
}
