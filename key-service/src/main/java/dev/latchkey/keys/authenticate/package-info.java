/**
 * Serves Authenticate: credential to hash, hash to key (from memory, or once from the database),
 * key to answer, answers as bytes, most of which are encoded once. Single requests, batches and
 * streams of them are decided by the same {@link dev.latchkey.keys.authenticate.Decisions}. Start
 * with {@link dev.latchkey.keys.authenticate.AuthenticationEndpoint}.
 *
 * <p>A decision on a key in memory makes its answer and no other object. Requests stay bytes until
 * then; what a decision works on is read into places that each thread has for itself: {@link
 * dev.latchkey.keys.authenticate.AskReader} the request, {@link
 * dev.latchkey.keys.authenticate.CredentialHasher} the hash. They hold for the one decision;
 * whatever goes on later keeps a copy.
 */
@NullMarked
package dev.latchkey.keys.authenticate;

import org.jspecify.annotations.NullMarked;
