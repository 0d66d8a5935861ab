int swl_unused;
