"""M013, M014, M018 to M021: values with a shape of their own."""
