/**
 * What is refused when there is too much to do, so that Authenticate goes on. Start with {@link
 * dev.latchkey.kit.load.ManagementLoad}.
 */
@NullMarked
package dev.latchkey.kit.load;

import org.jspecify.annotations.NullMarked;
