/**
 * Every answer of the edge that is not the one asked for, as RFC 9457 problem documents. Start with
 * {@link dev.latchkey.edge.problem.ProblemCode}, the list that {@code docs/errors.md} explains. May
 * not import gRPC or any package of the edge but {@code answer}.
 */
@NullMarked
package dev.latchkey.edge.problem;

import org.jspecify.annotations.NullMarked;
