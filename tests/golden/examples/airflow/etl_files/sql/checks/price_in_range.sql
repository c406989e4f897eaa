-- A product's price must not be more than twice its lowest.
SELECT product, min(cents), max(cents)
FROM orders
GROUP BY product
HAVING max(cents) > 2 * min(cents);
