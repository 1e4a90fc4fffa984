package dev.latchkey.edge.credentials;

import dev.latchkey.kit.secret.Secret;

/** What the headers of one request say about its caller. */
public sealed interface PresentedCredential {
  /** One credential, in the shape of one; whether it is good is for key-service to say. */
  record Found(Secret secret) implements PresentedCredential {}

  /** No credential, or only of kinds that are not ours, such as {@code Basic}. */
  record Missing() implements PresentedCredential {}

  /** Two credentials that differ: which one is meant is not for us to guess. */
  record Conflicting() implements PresentedCredential {}

  /** One text that cannot be a key: too long, or with characters that no key has. */
  record Malformed() implements PresentedCredential {}
}
