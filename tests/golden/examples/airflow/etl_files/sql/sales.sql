-- One row for each region.
CREATE TABLE sales AS
SELECT region, count(*) AS orders, sum(quantity * cents) AS cents
FROM orders
GROUP BY region;
