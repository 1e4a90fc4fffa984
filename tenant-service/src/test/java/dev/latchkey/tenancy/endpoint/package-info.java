@NullMarked
package dev.latchkey.tenancy.endpoint;

import org.jspecify.annotations.NullMarked;
