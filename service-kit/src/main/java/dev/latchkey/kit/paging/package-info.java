/** Page sizes and page tokens. Start with {@link dev.latchkey.kit.paging.PageTokens}. */
@NullMarked
package dev.latchkey.kit.paging;

import org.jspecify.annotations.NullMarked;
