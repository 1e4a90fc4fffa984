/**
 * PostgreSQL: finding or starting one, migrating it, transactions and statements. Start with {@link
 * dev.latchkey.kit.database.Transactions}. SQL states and driver texts do not leave this package.
 */
@NullMarked
package dev.latchkey.kit.database;

import org.jspecify.annotations.NullMarked;
