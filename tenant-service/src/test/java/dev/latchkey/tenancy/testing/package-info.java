/**
 * What the tests stand on. Start with {@link dev.latchkey.tenancy.testing.Deployment}: the service
 * with a real database and real sockets, beside a key service made of a table.
 */
@NullMarked
package dev.latchkey.tenancy.testing;

import org.jspecify.annotations.NullMarked;
