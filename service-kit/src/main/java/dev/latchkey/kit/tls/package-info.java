/**
 * TLS for every listener and client of ours: settings, PEM files that are read anew when they
 * change, and what gRPC and HTTP servers are given. Start with {@link
 * dev.latchkey.kit.tls.TlsSettings} and {@link dev.latchkey.kit.tls.Tls}.
 */
@NullMarked
package dev.latchkey.kit.tls;

import org.jspecify.annotations.NullMarked;
