package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.credits.CreditDraw;
import dev.latchkey.keys.credits.CreditDrawing;
import dev.latchkey.keys.credits.DrawnAccount;
import dev.latchkey.keys.credits.NodeAccounts;
import dev.latchkey.keys.decision.Decider;
import dev.latchkey.keys.decision.Decision;
import dev.latchkey.keys.decision.DenialReason;
import dev.latchkey.keys.decision.Tenant;
import dev.latchkey.keys.limits.AppliedLimit;
import dev.latchkey.keys.limits.RateLimiter;
import dev.latchkey.kit.limits.RateLimit;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;

/**
 * Makes the answer to a request once the credential is looked up: first the decision on the key,
 * then the limits, last the credits. Does not wait.
 */
@Singleton
final class Answers {
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
    return switch (lookup) {
      case Lookup.Refused refused -> denied(Decision.denied(refused.reason()));
      case Lookup.Found found ->
          switch (Decider.decide(found.key(), ask.demand(), clock.millis())) {
            case Decision.Allowed allowed -> draw(found, allowed.tenant(), ask);
            case Decision.Denied denied -> denied(denied);
          };
    };
  }

  private Step denied(Decision.Denied denied) {
    metrics.denied(denied.reason());
    return new Step.Answered(AuthenticateMessages.denied(denied));
  }

  private Step draw(Lookup.Found found, Tenant tenant, Ask ask) {
    Lookup.Found.Standing standing = found.standing(tenant, nodeAccounts.current());
    List<AppliedLimit> limits = ask.cost() == 0 ? List.of() : standing.limits.named(ask.limit());
    List<DrawnAccount> accounts = pays(ask) ? standing.accounts : List.of();
    if (limits.isEmpty() && accounts.isEmpty()) {
      metrics.allowed();
      return standing.allowed;
    }
    RateLimiter.Draw drawn =
        limits.isEmpty() ? RateLimiter.Draw.NOTHING : limiter.draw(limits, ask.cost());
    return switch (drawn) {
      case RateLimiter.Draw.Refused refused -> {
        metrics.denied(DenialReason.RATE_LIMITED);
        yield new Step.Answered(LimitMessages.rateLimited(found.key(), refused));
      }
      case RateLimiter.Draw.Taken taken -> {
        CreditDraw paid =
            accounts.isEmpty() ? CreditDraw.NOTHING : credits.draw(accounts, ask.cost());
        yield paid(found, tenant, standing, taken, paid);
      }
    };
  }

  /** Calls of management take no credits: they are made to this service, not through it. */
  private static boolean pays(Ask ask) {
    return ask.cost() > 0 && !ask.limit().equals(RateLimit.MANAGEMENT);
  }

  private Step paid(
      Lookup.Found found,
      Tenant tenant,
      Lookup.Found.Standing standing,
      RateLimiter.Draw.Taken taken,
      CreditDraw drawn) {
    return switch (drawn) {
      case CreditDraw.Taken paid -> {
        metrics.allowed();
        yield new Step.Answered(
            LimitMessages.allowed(
                standing.allowed.response(), tenant, taken.readings(), paid.readings()));
      }
      case CreditDraw.Refused refused -> {
        taken.giveBack();
        metrics.denied(DenialReason.QUOTA_EXHAUSTED);
        yield new Step.Answered(LimitMessages.exhausted(found.key(), tenant, refused));
      }
      case CreditDraw.Waiting waiting -> {
        taken.giveBack();
        yield new Step.Waiting(waiting.asked());
      }
    };
  }
}
