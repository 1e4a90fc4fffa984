package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.credits.CreditDraw;
import dev.latchkey.keys.credits.CreditDrawing;
import dev.latchkey.keys.credits.DrawnAccount;
import dev.latchkey.keys.credits.NodeAccounts;
import dev.latchkey.keys.decision.Decider;
import dev.latchkey.keys.decision.Decision;
import dev.latchkey.keys.decision.DenialReason;
import dev.latchkey.keys.decision.Rights;
import dev.latchkey.keys.limits.RateLimiter;
import dev.latchkey.kit.limits.RateLimit;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes the answer to a request once the credential is looked up: first the decision on the key,
 * then the limits, last the credits. Does not wait.
 */
@Singleton
final class Answers {
  /** The answers about what is no key. */
  private static final Map<DenialReason, Answer> REFUSALS =
      Stream.of(DenialReason.CREDENTIAL_MISSING, DenialReason.MALFORMED, DenialReason.UNKNOWN)
          .collect(
              Collectors.toMap(
                  Function.identity(),
                  reason -> Answer.of(AuthenticateMessages.denied(Decision.denied(reason)))));

  private final RateLimiter limiter;
  private final CreditDrawing credits;
  private final NodeAccounts nodeAccounts;
  private final DecisionMetrics metrics;
  private final InstantSource clock;

  Answers(
      RateLimiter limiter,
      CreditDrawing credits,
      NodeAccounts nodeAccounts,
      DecisionMetrics metrics,
      InstantSource clock) {
    this.limiter = limiter;
    this.credits = credits;
    this.nodeAccounts = nodeAccounts;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** The answer, or what it waits for. */
  Step answer(Lookup lookup, Ask ask) {
    long now = clock.millis();
    return switch (lookup) {
      case Lookup.Refused refused -> refuse(refused.reason());
      case Lookup.Unknown _ -> refuse(DenialReason.UNKNOWN);
      case Lookup.Found found ->
          switch (Decider.decide(found, ask, now)) {
            case Rights rights -> draw(found, rights, ask, now);
            case Decision.Denied denied -> {
              count(found, denied, ask, now);
              yield Answer.of(AuthenticateMessages.denied(denied));
            }
          };
    };
  }

  private Step refuse(DenialReason reason) {
    metrics.denied(reason);
    return Objects.requireNonNull(REFUSALS.get(reason));
  }

  private void count(Lookup.Found found, Decision decision, Ask ask, long now) {
    switch (decision) {
      case Rights _ -> metrics.allowed();
      case Decision.Denied denied -> metrics.denied(denied.reason());
    }
    found.count(decision, ask.client(), now);
  }

  private Step draw(Lookup.Found found, Rights rights, Ask ask, long now) {
    Standing standing = found.standing(rights, nodeAccounts.current());
    return drawn(
        found, rights, standing, standing.draw(limiter, ask.limit(), ask.cost()), ask, now);
  }

  private Step drawn(
      Lookup.Found found,
      Rights rights,
      Standing standing,
      RateLimiter.Draw drawn,
      Ask ask,
      long now) {
    return switch (drawn) {
      case RateLimiter.Draw.Pending pending -> {
        KeptAsk kept = ask.kept();
        yield new Step.Later(
            pending.draw().thenApply(come -> drawn(found, rights, standing, come, kept, now)));
      }
      case RateLimiter.Draw.Refused refused -> {
        count(found, Decision.denied(DenialReason.RATE_LIMITED, found), ask, now);
        yield Answer.of(LimitMessages.rateLimited(found, refused));
      }
      case RateLimiter.Draw.Taken taken -> {
        List<DrawnAccount> accounts = accounts(standing, ask);
        CreditDraw paid =
            accounts.isEmpty() ? CreditDraw.NOTHING : credits.draw(accounts, ask.cost());
        yield paid(found, rights, standing, taken, paid, ask, now);
      }
    };
  }

  /** Calls of management take no credits: they are made to this service, not through it. */
  private static List<DrawnAccount> accounts(Standing standing, Ask ask) {
    return ask.cost() > 0 && !ask.limit().equals(RateLimit.MANAGEMENT)
        ? standing.accounts
        : List.of();
  }

  private Step paid(
      Lookup.Found found,
      Rights rights,
      Standing standing,
      RateLimiter.Draw.Taken taken,
      CreditDraw drawn,
      Ask ask,
      long now) {
    return switch (drawn) {
      case CreditDraw.Taken paid -> {
        count(found, rights, ask, now);
        yield Answer.allowed(
            standing, taken, LimitMessages.states(paid.readings(), rights.tenant()));
      }
      case CreditDraw.Refused refused -> {
        taken.giveBack();
        count(found, Decision.denied(DenialReason.QUOTA_EXHAUSTED, found), ask, now);
        yield Answer.of(LimitMessages.exhausted(found, rights.tenant(), refused));
      }
      case CreditDraw.Waiting waiting -> {
        taken.giveBack();
        yield new Step.Waiting(waiting.asked(), found.hash());
      }
    };
  }
}
