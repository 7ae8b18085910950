package mysql

import "testing"

// The rule of a foreign key is read from the table's definition.
func TestCascade(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]bool{
		"CONSTRAINT `fk` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE,":                      true,
		`CONSTRAINT "fk" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE`:                       true,
		"CONSTRAINT fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE ON UPDATE CASCADE":             true,
		"CONSTRAINT `fk` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`)":                                         false,
		"CONSTRAINT `fk` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE SET NULL":                      false,
		"CONSTRAINT `fk` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON UPDATE CASCADE":                       false,
		"CONSTRAINT `fk` FOREIGN KEY (`ON DELETE CASCADE`) REFERENCES `users` (`id`)":                               false,
		"CONSTRAINT `fk2` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE":                      false,
		"`note` text COMMENT 'CONSTRAINT `fk` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE'": false,
	} {
		definition := "CREATE TABLE `sessions` (\n  `user_id` varbinary(255),\n  " + line + "\n) ENGINE=InnoDB"
		if cascade("fk", definition) != want {
			t.Errorf("%s: got %v", line, !want)
		}
	}
}
