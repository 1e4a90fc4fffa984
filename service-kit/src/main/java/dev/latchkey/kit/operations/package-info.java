/**
 * What operators see of a running service: health, readiness and metrics over HTTP, and its orderly
 * end. Start with {@link dev.latchkey.kit.operations.OperationsServer}.
 */
@NullMarked
package dev.latchkey.kit.operations;

import org.jspecify.annotations.NullMarked;
