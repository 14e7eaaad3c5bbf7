//! The numbers that the terminal tells of an epoch.

use tabgrad::train::events::{RunEvent, TopK};

/// What there is to tell of the end of an epoch, by name; nothing of any other event.
pub(crate) fn numbers(event: &RunEvent) -> Vec<(String, f64)> {
    let RunEvent::Epoch {
        loss,
        accuracy,
        val_loss,
        val_accuracy,
        psnr,
        ssim,
        val_top_k,
        loss_terms,
        val_loss_terms,
        ..
    } = event
    else {
        return Vec::new();
    };
    let (terms, val_terms) = (loss_terms.as_ref(), val_loss_terms.as_ref());
    let top_k = val_top_k.map(|TopK { k, accuracy }| (format!("val top-{k}"), accuracy));
    let named = [
        ("loss", Some(*loss)),
        ("reconstruction", terms.map(|terms| terms.reconstruction)),
        ("KL", terms.map(|terms| terms.kl)),
        ("accuracy", *accuracy),
        ("val loss", Some(*val_loss)),
        ("val reconstruction", val_terms.map(|terms| terms.reconstruction)),
        ("val KL", val_terms.map(|terms| terms.kl)),
        ("val accuracy", *val_accuracy),
        ("PSNR", *psnr),
        ("SSIM", *ssim),
    ];
    let named = named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    named.chain(top_k).collect()
}
