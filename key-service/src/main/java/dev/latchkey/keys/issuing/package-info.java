/**
 * Issues and manages keys. Start with {@link dev.latchkey.keys.issuing.KeyEndpoint}, which
 * translates, then {@link dev.latchkey.keys.issuing.KeyIssuing}, which makes keys, {@link
 * dev.latchkey.keys.issuing.KeyManagement} and {@link dev.latchkey.keys.issuing.KeySwitches}, which
 * change them, and {@link dev.latchkey.keys.issuing.GrantRules}, which says what a key may be
 * given. Every write runs in {@link dev.latchkey.keys.issuing.KeyWrites}. Imports ({@link
 * dev.latchkey.keys.issuing.KeyImport}) and the calls on credits are here too, for they are writes
 * of keys.
 */
@NullMarked
package dev.latchkey.keys.issuing;

import org.jspecify.annotations.NullMarked;
