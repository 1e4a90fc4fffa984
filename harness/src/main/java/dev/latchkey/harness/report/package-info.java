/** How tables of figures get into the documents. */
@NullMarked
package dev.latchkey.harness.report;

import org.jspecify.annotations.NullMarked;
