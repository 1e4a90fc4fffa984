package dev.latchkey.keys.tenancy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.proto.tenancy.v1.TenancyResource;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * The members of the tenancy as this node knows them: those in use in memory, each once; the others
 * are forgotten. Loading and changing exclude each other as in {@link TenancyModel}.
 */
@Singleton
public class Members {
  /** How long a call waits for a member whom tenant-service has made a moment ago. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  private final Transactions transactions;
  private final ReadWriteLock loading = new ReentrantReadWriteLock();
  private final Cache<UUID, Member> inUse = Caffeine.newBuilder().weakValues().build();
  private final ReentrantLock news = new ReentrantLock();
  private final Condition someNews = news.newCondition();
  private volatile long heardNanos;

  Members(Transactions transactions) {
    this.transactions = transactions;
    this.heardNanos = System.nanoTime() - LONGEST_WAIT.toNanos();
  }

  /** A member, whether the copy has them or not. May read the database. */
  public Member get(UUID userId) {
    Member known = inUse.getIfPresent(userId);
    return known != null ? known : load(userId);
  }

  private Member load(UUID userId) {
    loading.readLock().lock();
    try {
      MemberView view = transactions.read(connection -> MemberStore.read(connection, userId));
      return inUse.get(userId, id -> new Member(view));
    } finally {
      loading.readLock().unlock();
    }
  }

  /**
   * A member as soon as they are as expected, and in any case after a short time: what
   * tenant-service has answered a moment ago may not have arrived here yet.
   *
   * @throws ApiException {@code UNAVAILABLE} if they are not as expected and nothing that
   *     tenant-service said meanwhile holds here yet, so that nobody knows whether they are
   */
  public MemberView await(UUID userId, Predicate<MemberView> expected) {
    Member member = get(userId);
    if (expected.test(member.view())) {
      return member.view();
    }
    long start = System.nanoTime();
    long left = LONGEST_WAIT.toNanos();
    news.lock();
    try {
      while (left > 0 && !expected.test(member.view())) {
        left = someNews.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ApiException.unavailable("tenant-service");
    } finally {
      news.unlock();
    }
    MemberView view = member.view();
    if (!expected.test(view) && heardNanos - start < 0) {
      throw ApiException.unavailable("tenant-service");
    }
    return view;
  }

  /**
   * Says that what tenant-service said at a moment, by {@link System#nanoTime}, holds here by now.
   */
  void heard(long moment) {
    heardNanos = moment;
  }

  /** Makes committed changes hold in memory. Resources that are no members are left alone. */
  void publish(List<TenancyResource> resources) {
    publish(resources, Member::update, Member::update);
  }

  /**
   * Makes changes hold in memory that are not known to be in the copy: all but what would give
   * something back to a member who has lost something in the same way.
   */
  void publishAhead(List<TenancyResource> resources) {
    publish(resources, Member::updateAhead, Member::updateAhead);
  }

  private void publish(
      List<TenancyResource> resources,
      BiConsumer<Member, UserView> onUser,
      BiConsumer<Member, MembershipView> onMembership) {
    loading.writeLock().lock();
    try {
      resources.forEach(resource -> publish(resource, onUser, onMembership));
    } finally {
      loading.writeLock().unlock();
    }
    tell();
  }

  /** Makes a copy hold that was made anew: whoever it does not have is no member. */
  void replace(List<TenancyResource> resources) {
    loading.writeLock().lock();
    try {
      inUse
          .asMap()
          .forEach((id, member) -> member.replace(MemberView.of(id, Optional.empty(), List.of())));
      resources.forEach(resource -> publish(resource, Member::update, Member::update));
    } finally {
      loading.writeLock().unlock();
    }
    tell();
  }

  private void tell() {
    news.lock();
    try {
      someNews.signalAll();
    } finally {
      news.unlock();
    }
  }

  private void publish(
      TenancyResource resource,
      BiConsumer<Member, UserView> onUser,
      BiConsumer<Member, MembershipView> onMembership) {
    if (resource.hasUser()) {
      UserView user = TenancyViews.user(resource);
      Member member = inUse.getIfPresent(user.id());
      if (member != null) {
        onUser.accept(member, user);
      }
    } else if (resource.hasMembership()) {
      MembershipView membership = TenancyViews.membership(resource);
      Member member = inUse.getIfPresent(membership.userId());
      if (member != null) {
        onMembership.accept(member, membership);
      }
    }
  }
}
