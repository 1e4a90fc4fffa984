/**
 * Issues and manages keys. Start with {@link dev.latchkey.keys.issuing.KeyEndpoint}, which
 * translates, then {@link dev.latchkey.keys.issuing.KeyManagement}, which decides.
 */
@NullMarked
package dev.latchkey.keys.issuing;

import org.jspecify.annotations.NullMarked;
