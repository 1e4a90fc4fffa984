/**
 * PostgreSQL: finding or starting one and migrating it, while the service is put together ({@link
 * dev.latchkey.kit.database.DatabaseOpening}); transactions and statements. Start with {@link
 * dev.latchkey.kit.database.Transactions}. SQL states and driver texts do not leave this package.
 */
@NullMarked
package dev.latchkey.kit.database;

import org.jspecify.annotations.NullMarked;
