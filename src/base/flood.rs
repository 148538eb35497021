//! At most so many dear computations at once, and a short queue before them; the rest is told to come back.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rocket::tokio::sync::{Semaphore, SemaphorePermit};

use super::{Error, Result};

/// A gate with a bounded queue.
#[derive(Clone)]
pub struct Gate {
    places: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    longest_queue: usize,
}

impl Gate {
    pub fn new(at_once: usize, longest_queue: usize) -> Gate {
        Gate { places: Arc::new(Semaphore::new(at_once)), waiting: Arc::default(), longest_queue }
    }

    /// Waits for a place; [`Error::Busy`] at once if too many wait already.
    pub async fn enter(&self) -> Result<SemaphorePermit<'_>> {
        if let Ok(place) = self.places.try_acquire() {
            return Ok(place);
        }
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= self.longest_queue {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(Error::Busy(2));
        }
        let place = self.places.acquire().await;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        place.map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rocket::async_test]
    async fn the_queue_is_bounded() {
        let gate = Gate::new(1, 1);
        let inside = gate.enter().await;
        assert!(inside.is_ok());
        let waiter = rocket::tokio::spawn({
            let gate = gate.clone();
            async move { gate.enter().await.is_ok() }
        });
        while gate.waiting.load(Ordering::Relaxed) == 0 {
            rocket::tokio::task::yield_now().await;
        }
        assert!(matches!(gate.enter().await, Err(Error::Busy(_))));
        drop(inside);
        assert!(waiter.await.unwrap());
    }
}
