/**
 * What a route answers, before it takes the form of a framework. Start with {@link
 * dev.latchkey.edge.answer.Answer}. May not import any other package of the edge.
 */
@NullMarked
package dev.latchkey.edge.answer;

import org.jspecify.annotations.NullMarked;
